"""The learned tagger: fitted the same each time, explained from itself, kept, taught by verdicts, asked for scores."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from samples import FEED, ONE, episode, moment, transcript

from companion.__main__ import cli
from companion.config import Settings
from companion.errors import CompanionError, ConfigError, InvalidError
from companion.moments import State, moment_id
from companion.retraining import last_training
from companion.reviews import Review, Verdict
from companion.store import Store, Validators
from companion.tagging import asking, cues, dialogues, examples, form, mending, shelf
from companion.tagging.encoder import open_encoder
from companion.tagging.examples import Lesson
from companion.tagging.fit import fit, version
from companion.tagging.learning import average_precision, better, compare, split
from companion.tagging.model import MEANING, Model, probability, read
from companion.tagging.spoken import spoken
from companion.tagging.tagger import tag
from companion.tagging.teaching import ENOUGH
from companion.tagging.units import Turn, turn, units
from companion.themes import themes
from companion.timecode import Span
from companion.transcripts import Segment, Source, Transcript

SLUGS = tuple(themes())
AT = datetime(2025, 1, 1, tzinfo=UTC)


def scores(model: Model, text: str, before: str = "") -> dict[str, float]:
    (scored,) = model.score([turn(text, before)], cues.cues())
    return {theme: probability(one.best.logit) for theme, one in scored.items()}


def taught(text: str, *, shows: bool, theme: str = "validation") -> Lesson:
    own, none = frozenset({theme}), frozenset[str]()
    return Lesson(text=text, before="", shows=own if shows else none, lacks=none if shows else own)


def run(data: Path, *arguments: str, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["--data", str(data), *arguments], input=input)


@pytest.fixture
def fewer_lessons(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of what is written: seconds instead of a minute."""
    few = shelf.lessons()[::10]
    monkeypatch.setattr(shelf, "lessons", lambda: few)


def test_the_same_examples_give_the_same_model(fewer_lessons: None) -> None:
    assert shelf.written().write() == shelf.written().write()


def test_a_model_comes_back_from_its_file_as_it_was() -> None:
    model = shelf.built_in()
    assert read(model.write(), "x.json").write() == model.write()
    line = "It makes sense that you were scared."
    assert scores(read(model.write(), "x.json"), line) == scores(model, line)


@pytest.mark.parametrize("text", ["I can see why you were so hurt. I wasn't there.", "", "🙂", "a" * 5000, "Привет!"])
def test_parts_sum_to_the_logit(text: str) -> None:
    model = shelf.built_in()
    (scored,) = model.score([turn(text, "You left me there?")], cues.cues())
    for theme, one in scored.items():
        total = sum(weight for _, weight in model.why(theme, one.best).parts)
        assert total == pytest.approx(one.best.logit, abs=0.001)


def test_a_sentence_is_judged_half_by_itself_half_by_its_turn() -> None:
    model = shelf.built_in()
    warm, cold = "It makes sense that you were so lonely.", "I put the shopping in the kitchen."
    alone, other, both = (
        model.score([turn(text)], cues.cues())[0]["validation"] for text in (warm, cold, f"{cold} {warm}")
    )
    assert other.best.logit < both.best.logit < alone.best.logit
    assert both.best == max(both.sentences, key=lambda sentence: sentence.logit) == both.sentences[1]


def test_where_nobody_knows_who_speaks_a_sentence_stands_alone() -> None:
    model = shelf.built_in()
    warm, cold = "It makes sense that you were so lonely.", "I put the shopping in the kitchen."
    (mixed,) = model.score([Turn(sentences=(cold, warm), before="", whole=False)], cues.cues())
    (alone,) = model.score([turn(warm)], cues.cues())
    assert mixed["validation"].best.logit == pytest.approx(alone["validation"].best.logit)


def test_a_long_story_does_not_make_its_every_sentence_shine() -> None:
    warm = "I can see how much that hurt you, and it makes sense that you felt alone."
    story = [f"We drove to the lake on day {number} and it rained." for number in ("one", "two", "three", "four")]
    short, long = turn(" ".join([*story, warm])), turn(" ".join([*story * 4, warm]))
    assert (short.shines, long.shines) == (True, False)
    model = shelf.built_in()
    (scored,) = model.score([long], cues.cues())
    assert max(one.logit for one in scored["past-wounds"].sentences[:-1]) < 0 < scored["validation"].best.logit


def test_the_turn_before_is_heard() -> None:
    assert scores(shelf.built_in(), "It was Tuesday.", "You never came home and I was so scared.") != scores(
        shelf.built_in(), "It was Tuesday."
    )


def test_a_turn_is_cut_into_sentences() -> None:
    assert turn("So. You left?  Yes!").sentences == ("So.", "You left?", "Yes!")
    assert turn("").sentences == ("",)
    assert [len(part.split()) for part in turn("gray, stones " * 50).sentences] == [40, 40, 20]
    run_on = (
        "i came home late last night and",
        "you were waiting in the kitchen without",
        "me of course you were sad all that",
    )
    assert turn(" ".join(run_on)).sentences == (
        "i came home late last night and",
        "you were waiting in the kitchen without me",
        "of course you were sad all that",
    )


def test_a_line_has_words_its_form_and_its_cue() -> None:
    (said,) = units([turn("It makes sense that you were scared.")], cues.cues())
    (unit,) = said.sentences
    assert {"w:makes sense", "s:you were <feeling>", "f:makes sense that you", "c:validation"} <= unit.features.keys()
    assert unit.cues["validation"].words == "the cue “It makes sense that you”"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('shows = true\ntext = "So what', 'shows = 1\ntext = "So what'), r"line 28: the example has shows = 1"),
        (('theme = "leaning-in"\nshows', 'theme = "leening-in"\nshows'), r"line 28: .*leening-in"),
        (('speaker = "partner"\n\n[[ex', 'speaker = "cat"\n\n[[ex'), r"line 28: .*speaker"),
        (('text = "So what was', 'txt = "So what was'), r"line 28: the example lacks text"),
        (('text = "So what was', "text = So what was"), r"cannot be read: .*line"),
    ],
)
def test_a_broken_example_is_refused_with_its_line(change: tuple[str, str], told: str) -> None:
    text = examples.shipped()
    assert change[0] in text
    line = text[: text.index("[[example]]\ntheme")].count("\n") + 1
    with pytest.raises(ConfigError, match=told.replace("line 28", f"line {line}")):
        examples.parse(text.replace(*change, 1), SLUGS)


def test_a_theme_with_too_few_examples_is_refused_by_name() -> None:
    text = '[[example]]\ntheme = "validation"\nshows = true\ntext = "I see."\nspeaker = "partner"\n'
    with pytest.raises(ConfigError, match=r"1 lines that show the theme “validation”"):
        examples.parse(text, ("validation",))
    with pytest.raises(InvalidError, match="“validation”"):
        fit([taught("I see.", shows=True)], cues.cues(), themes=("validation",), editorial="")


def test_dialogues_become_lessons_with_the_turn_before() -> None:
    plain = "".join(f"Dana: We took bus number {n} home.\n" for n in range(3))
    asked = "# a remark\nNora: What was it like? {leaning-in, validation}\nDana: Cold.\n"
    text = f"{asked}{plain}\nTom: Of course. {{validation}}\n"
    lessons = dialogues.parse(text, SLUGS)
    assert [(one.text, one.before, set(one.shows), one.weight) for one in lessons] == [
        ("What was it like?", "", {"leaning-in", "validation"}, 1.0),
        ("We took bus number 2 home.", "We took bus number 1 home.", set(), 3.0),
        ("Of course.", "", {"validation"}, 1.0),
    ]
    assert lessons[0].shows | lessons[0].lacks == set(SLUGS)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("What was it like?", "should read “Name: what is said"),
        ("Nora: What was it like? {leening-in}", "leening-in"),
        ("Nora: What {was} it like?", "should read"),
        ("Nora: {validation}", "should read"),
        ("Nora: Hm. {}", "the theme '' is not"),
    ],
)
def test_a_broken_dialogue_is_refused_with_its_line(line: str, told: str) -> None:
    with pytest.raises(ConfigError, match=f"dialogues.txt, line 3: .*{told}"):
        dialogues.parse(f"# a remark\nDana: Hello.\n{line}\n", SLUGS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("i udnerstand taht", "i understand that"),
        ("im sory u fel so lonley", "i am sorry you feel so lonely"),
        ("its a tounge twister, dont you thnk", "its a tounge twister do not you think"),
        ("Dana and Saad wrre hurtt", "dana and saad were hurt"),
        ("whats youre kinda plan", "what is you are kind of plan"),
    ],
)
def test_words_are_compared_as_they_were_meant(typed: str, meant: str) -> None:
    assert " ".join(word.text for word in spoken(typed)) == meant


@pytest.mark.parametrize("text", ["[words]", "[forms]\nx = '('", "x", "[words]\nfeelings = 1"])
def test_broken_forms_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"forms\.toml"):
        form.parse(text)


def test_a_file_of_a_newer_version_is_refused_and_kept(tmp_path: Path) -> None:
    kept = shelf.Shelf(tmp_path)
    newer = json.dumps({**json.loads(shelf.built_in().write()), "format": 99, "version": "ear-99"})
    (tmp_path / "ear-99.json").write_text(newer, "utf-8")
    with pytest.raises(ConfigError, match="newer version"):
        kept.use("ear-99")
    assert (tmp_path / "ear-99.json").read_text("utf-8") == newer
    assert kept.current().version == version((), shelf.editorial(), None)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": "x"}'])
def test_a_damaged_file_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"x\.json is damaged"):
        read(text, "x.json")


def test_a_choice_that_is_gone_is_named(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("ear-0-gone\n", "utf-8")
    with pytest.raises(ConfigError, match="ear-0-gone"):
        shelf.Shelf(tmp_path).current()


def test_verdicts_move_the_score_and_the_version() -> None:
    line = "Crikey, that would do my head in, poor you."
    verdicts = [taught(f"{line} {extra}", shows=True) for extra in ("Honest.", "Crikey.", "Really.")]
    model = shelf.taught(shelf.built_in(), verdicts)
    assert scores(model, line)["validation"] > scores(shelf.built_in(), line)["validation"] + 0.1
    assert model.version != shelf.built_in().version
    assert model.verdicts == 3
    assert len(model.accepted["validation"]) == 3


def test_a_hundred_verdicts_make_a_score_a_confidence() -> None:
    yes = [taught(f"It makes sense that you were sad about number {n}.", shows=True) for n in range(30)]
    no = [taught(f"Of course you know thing {n}.", shows=False) for n in range(ENOUGH - len(yes))]
    model = shelf.taught(shelf.built_in(), [*yes, *no])
    assert model.calibrated == ("validation",)
    (scored,) = model.score([turn("It makes sense that you were sad.")], cues.cues())
    why = model.why("validation", scored["validation"].best)
    assert "confidence" in why.sentence
    assert sum(weight for _, weight in why.parts) == pytest.approx(scored["validation"].best.logit, abs=0.001)
    assert "score" in model.why("resentment", scored["resentment"].best).sentence


def test_a_rule_of_the_producers_own_is_learnt_and_nothing_else_moves() -> None:
    lines = "I see why that hurt", "I can see you were scared", "I hear how tired you are", "I get that you felt alone"
    others = (
        "Of course you were hurt",
        "You must have been scared",
        "No wonder you are tired",
        "You felt so alone there",
    )
    verdicts = [taught(f"{line}, {n}.", shows=shown) for n in range(4) for shown in (True, False) for line in
                (lines if shown else others)]  # fmt: skip
    old = shelf.built_in()
    new = shelf.taught(old, verdicts)
    unseen, unwanted = "I see how lonely you were.", "Of course you were lonely."
    before, after = scores(old, unseen), scores(new, unseen)
    assert after["validation"] - scores(new, unwanted)["validation"] > 0.15
    assert before["validation"] - scores(old, unwanted)["validation"] < after["validation"] - 0.15
    assert {theme for theme in SLUGS if after[theme] != before[theme]} == {"validation"}
    assert shelf.taught(old, verdicts).write() == new.write()
    assert shelf.taught(old, ()) is old


def test_every_fifth_verdict_is_held_back() -> None:
    lessons = [taught(str(n), shows=True) for n in range(1, 12)]
    learnt, held = split(lessons)
    assert [one.text for one in held] == ["5", "10"]
    assert len(learnt) == 9


def test_average_precision() -> None:
    assert average_precision([3, 2, 1], [True, False, True]) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision([1, 1], [True, False]) == 0.5
    assert average_precision([1], [False]) is None


def test_a_worse_model_is_known(tmp_path: Path) -> None:
    lines = [("It makes sense that you were so sad.", True), ("The bus was late.", False)] * 10
    lessons = [taught(f"{text} {n}", shows=shown) for n, (text, shown) in enumerate(lines)]
    good = shelf.built_in()
    bad = replace(good, weights=-good.weights)
    assert better(compare(bad, good, lessons))
    assert not better(compare(good, bad, lessons))


def filled(path: Path, answers: Sequence[bool]) -> Store:
    """A store with one moment and one review for each answer."""
    store = Store.open(path)
    store.feeds.save(FEED, (episode(),), Validators(etag=None, modified=None))
    store.transcripts.save(transcript())
    lines = [f"{'You must be so worn out' if yes else 'I see the bus'}, number {n}." for n, yes in enumerate(answers)]
    store.moments.replace(ONE, "ear-x", tuple(moment(line) for line in lines))
    for line, yes in zip(lines, answers, strict=True):
        verdict = Verdict.ACCEPT if yes else Verdict.REJECT
        id = moment_id(ONE, "validation", line)
        store.moments.review(Review(moment=id, verdict=verdict, reviewer="ann", at=AT, note=""))
    return store


def test_decisions_keep_what_they_are_about(tmp_path: Path) -> None:
    with filled(tmp_path / "companion.db", [True, False]) as store:
        first, second = store.decisions.all()
        assert (first.theme, first.text, first.tagger) == ("validation", "You must be so worn out, number 0.", "cues-1")
        assert (first.verdict, second.verdict) == (Verdict.ACCEPT, Verdict.REJECT)
        assert examples.learnt(second).lacks == {"validation"}


def test_another_theme_moved_edges_and_a_missed_moment_can_be_said(tmp_path: Path) -> None:
    with filled(tmp_path / "companion.db", [True, True]) as store:
        one, two = (clip.moment for clip in store.moments.of_episode(ONE))
        store.moments.review(
            Review(moment=one.id, verdict=Verdict.REJECT, reviewer="ann", at=AT, note="", instead="leaning-in")
        )
        span = Span(start=11.0, end=18.0)
        store.moments.review(
            Review(
                moment=two.id, verdict=Verdict.ACCEPT, reviewer="ann", at=AT, note="", span=span, quote="So worn out."
            )
        )
        missed = moment("I never knew that about you.", theme="leaning-in")
        store.moments.add(missed, Review(moment=missed.id, verdict=Verdict.ACCEPT, reviewer="ann", at=AT, note=""))
        clip = store.moments.get(two.id)
        assert (clip.moment.span, clip.moment.quote, clip.state) == (span, "So worn out.", State.ACCEPTED)
        assert store.moments.get(missed.id).state is State.ACCEPTED
        store.moments.replace(ONE, "ear-y", ())
        lessons = [examples.learnt(decision) for decision in store.decisions.all()]
        assert [(lesson.text, set(lesson.shows), set(lesson.lacks)) for lesson in lessons] == [
            (one.quote, {"leaning-in"}, {"validation"}),
            ("So worn out.", {"validation"}, set()),
            ("I never knew that about you.", {"leaning-in"}, set()),
        ]


def test_train_report_versions_use(tmp_path: Path) -> None:
    assert "There are no verdicts yet" in run(tmp_path, "tagger", "report").output
    filled(tmp_path / "companion.db", [True, False, True, False, False] * 5).close()
    trained = run(tmp_path, "tagger", "train")
    assert trained.exit_code == 0, trained.output
    assert "validation" in trained.output
    assert "is in use now" in trained.output or "stays" in trained.output
    figures = last_training(Settings(data=tmp_path))
    assert figures is not None and f"old {figures.old}, new {figures.new};" in trained.output  # the desk tells the same
    first, second = run(tmp_path, "tagger", "versions").output.splitlines()
    assert "  no verdicts" in first
    assert "  20 verdicts" in second
    built_in = first.strip("* ").split()[0]
    assert run(tmp_path, "tagger", "use", built_in).exit_code == 0
    assert run(tmp_path, "tagger", "versions").output.startswith(f"* {built_in}")
    refused = run(tmp_path, "tagger", "use", "ear-none")
    assert isinstance(refused.exception, CompanionError)
    assert built_in in refused.exception.message
    assert "→" in run(tmp_path, "tagger", "report").output


def test_score_answers_line_by_line(tmp_path: Path) -> None:
    asked = [
        {"id": 1, "text": "It makes sense that you were scared.", "before": ["Hi.", "I was alone."], "speaker": "Tom"},
        {"id": "b", "text": ""},
        {"id": None, "text": "🙂🙃"},
        {"id": 4, "text": "你今天感觉怎么样？ Как дела?"},
        {"id": 5, "text": "well and so on " * 6700, "before": []},
    ]
    file = tmp_path / "talk.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in asked), "utf-8")
    answer = run(tmp_path, "score", str(file), "--embedder", "none")
    assert answer.exit_code == 0
    rows = [json.loads(line) for line in answer.output.splitlines()]
    assert [row["id"] for row in rows] == [1, "b", None, 4, 5]
    for row in rows:
        assert tuple(row["scores"]) == tuple(row["why"]) == SLUGS
        for theme, value in row["scores"].items():
            assert 0 <= value <= 1
            logit = sum(weight for _, weight in row["why"][theme])
            assert 1 / (1 + math.exp(-logit)) == pytest.approx(value, abs=0.001)
    assert rows[0]["scores"]["validation"] > 0.5


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"{", "not one JSON object"),
        (b"[1]", "not a JSON object"),
        (b'{"id": 1}', "no text"),
        (b'{"text": "x"}', "no id"),
        (b'{"id": 1, "text": 3}', "text should be"),
        (b'{"id": 1, "text": "x", "before": "y"}', "before should be"),
        (b'{"id": 1, "text": "\xff"}', "not one JSON object"),
    ],
)
@pytest.mark.parametrize("named", [True, False], ids=["file", "input"])
def test_a_bad_line_is_named_and_what_was_before_it_written(
    tmp_path: Path, line: bytes, told: str, named: bool
) -> None:
    lines = b'{"id": 1, "text": "Hello."}\n\n' + line + b'\n{"id": 2, "text": "x"}\n'
    if named:
        (tmp_path / "talk.jsonl").write_bytes(lines)
    answer = run(tmp_path, "score", str(tmp_path / "talk.jsonl") if named else "-", input=lines)
    assert isinstance(answer.exception, InvalidError)
    assert answer.exception.message.startswith("Line 3 cannot be scored")
    assert told in answer.exception.message
    assert [json.loads(row)["id"] for row in answer.output.splitlines()] == [1]


def test_an_embedder_that_is_none_is_refused_plainly(tmp_path: Path) -> None:
    answer = run(tmp_path, "score", "--embedder", str(tmp_path), input=b"")
    assert isinstance(answer.exception, ConfigError)
    assert "holds no sentence encoder" in answer.exception.message


def test_the_reasons_of_a_moment_are_its_own_and_sum_to_its_score() -> None:
    """Also where the turn around it shows the theme more clearly, and where nobody knows who speaks."""
    lines = (
        "It makes sense that you felt alone with all of that.",
        "We took the bus to the market and bought some apples.",
        "Then we walked home along the river, and it rained the whole way.",
        "Of course you were scared, anyone would be.",
    )
    for speaker in ("Dana", None):
        segments = tuple(
            Segment(start=10.0 * i, end=10.0 * i + 9.5, text=line, speaker=speaker, words=())
            for i, line in enumerate(lines)
        )
        talk = Transcript(episode="e", source=Source.PUBLISHED, model="vtt", language="en", segments=segments)
        found = [one for one in tag(talk, shelf.built_in()) if one.theme == "validation"]
        assert found
        for one in found:
            logit = sum(weight for _, weight in one.why.parts)
            assert probability(logit) == pytest.approx(one.score, abs=0.001)
            assert f"{one.score:.2f}" in one.why.sentence
            if speaker is None:
                cues = [what for what, weight in one.why.parts if what.startswith("the cue “") and weight > 0]
                assert all(cue.split("“")[1].split("”")[0].lower() in one.quote.lower() for cue in cues)


@pytest.mark.parametrize(
    ("theme", "least", "lines"),
    [
        (
            "validation",
            18,
            (
                "I remember it differently, and I see that it hurt you.",
                "That makes total sense to me, you were so scared.",
                "It makes sense that you were angry.",
                "I can see why you felt alone.",
                "Of course you were hurt. I forgot our anniversary.",
                "I get it. You thought I didn't care.",
                "Anyone would feel that way.",
                "No wonder you were upset, I never called.",
                "I hear you. You felt like you didn't matter.",
                "I don't agree with all of it, but I understand why it felt like that.",
                "You were waiting for me and I wasn't there. That must have been awful.",
                "So you felt invisible at that dinner.",
                "I can hear how much that hurt.",
                "Even though I meant well, I see that it landed badly on you.",
                "You have every right to be sad about that.",
                "That must have been so lonely for you.",
                "I never knew you carried that all this time. I'm sorry you were alone with it.",
                "It's okay that you're scared.",
                "I understand that you're angry with me.",
                "You were frightened, and I left. I see that now.",
            ),
        ),
        (
            "leaning-in",
            8,
            (
                "What was that like for you?",
                "Tell me more about that.",
                "What happens inside you when I walk away?",
                "How did that feel?",
                "I want to understand what that was like.",
                "Help me understand what you were feeling.",
                "What were you most afraid of?",
                "I wonder what came up for you just then.",
                "Can you tell me what you needed from me?",
                "What does it mean to you when I'm late?",
                "Is there more? I want to hear it.",
                "I'm curious what you felt when I said that.",
            ),
        ),
    ],
)
def test_what_anybody_would_name_first_is_proposed(theme: str, least: int, lines: Sequence[str]) -> None:
    model = shelf.built_in()
    threshold = model.thresholds[model.themes.index(theme)]
    missed = [line for line in lines if scores(model, line, "We were at the lake.")[theme] < threshold]
    assert len(lines) - len(missed) >= least, missed


def test_the_tagger_that_ships_is_that_of_what_is_written() -> None:
    """Else: python -m companion.tagging.shelf."""
    assert mending.lexicon(lesson.text for lesson in shelf.lessons()) == mending.LEXICON.read_text("utf-8")
    shipped, fitted = shelf.shipped(), shelf.written()
    assert shipped.version == fitted.version
    for line in ("It makes sense that you were scared.", "What was that like for you?", "The bus was late."):
        assert scores(shipped, line) == pytest.approx(scores(fitted, line), abs=0.01)


def test_the_encoder_is_heard_beside_the_words_and_explained(
    tmp_path: Path, embedder: Path, fewer_lessons: None
) -> None:
    asked = b'{"id": 1, "text": "I had no idea that you were carrying all of this by yourself."}\n'
    rows = {
        name: json.loads(run(tmp_path, "score", "--embedder", name, input=asked).stdout)
        for name in ("none", str(embedder))
    }
    plain, heard = rows.values()
    assert plain["scores"] != heard["scores"]
    parts = dict(heard["why"]["validation"])
    assert MEANING in parts
    assert 1 / (1 + math.exp(-sum(parts.values()))) == pytest.approx(heard["scores"]["validation"], abs=0.001)
    names = run(tmp_path, "tagger", "versions").output
    assert names.count("ear-") == 2


def test_it_is_said_before_a_tagger_is_fitted_anew(
    tmp_path: Path, fewer_lessons: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = b'{"id": 1, "text": "Hello."}\n'
    told = "Fitting the tagger anew"
    assert told not in run(tmp_path, "score", input=asked).stderr
    monkeypatch.setattr(shelf, "editorial", lambda: "edited")
    shelf.built_in.cache_clear()
    try:
        assert told in run(tmp_path, "score", input=asked).stderr
        assert told not in run(tmp_path, "score", input=asked).stderr
    finally:
        shelf.built_in.cache_clear()


def test_a_tagger_is_not_used_without_its_encoder(tmp_path: Path, embedder: Path, fewer_lessons: None) -> None:
    with_it = shelf.Shelf(tmp_path, open_encoder(embedder))
    with_it.use(with_it.built_in().version)
    with pytest.raises(ConfigError, match="fitted with a sentence encoder that is not here"):
        shelf.Shelf(tmp_path).current()
    assert shelf.Shelf(tmp_path).in_use() == with_it.current().version


def test_what_to_ask_next_is_by_turns_the_surest_and_the_least_sure() -> None:
    assert asking.order([0.9, 0.2, 0.52, 0.7, 0.95]) == [4, 2, 0, 3, 1]
    assert asking.order([]) == []


def test_proposals_come_in_the_order_to_review(tmp_path: Path) -> None:
    with Store.open(tmp_path / "companion.db") as store:
        store.feeds.save(FEED, (episode(),), Validators(etag=None, modified=None))
        store.moments.replace(ONE, "t", tuple(moment(f"line {n}", score=n / 10) for n in (9, 5, 2)))
    listed = json.loads(run(tmp_path, "moments", "--to-review", "--json").output)
    assert [one["score"] for one in listed["moments"]] == [0.9, 0.5, 0.2]
    refused = run(tmp_path, "moments", "--to-review", "--state", "accepted")
    assert isinstance(refused.exception, InvalidError)
