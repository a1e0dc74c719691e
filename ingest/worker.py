"""The recogniser's process, `python -m ingest.worker`: started by `ingest.transcribe`, answering through pipes."""

import os
import pickle
import queue
import sys
import threading
from typing import IO, NoReturn

from companion.errors import CompanionError, TranscribeError
from companion.transcripts import Window
from ingest.transcribe import Job


def main() -> None:
    """Take `Job`s from standard input; answer on standard output until the input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # native libraries that print must not speak between the answers
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, jobs), daemon=True).start()
    recogniser = None
    while True:
        job = jobs.get()
        try:
            if recogniser is None:
                from ingest.recognise import Recogniser

                recogniser = Recogniser(job.folder, job.settings)
            for window in recogniser.windows(job.audio, start=job.start, index=job.index):
                _answer(answers, window)
            _answer(answers, None)
        except CompanionError as error:
            _answer(answers, error)
        except Exception as error:  # of a library, or a bug of ours: one file fails, the others go on
            reason = f"{job.audio.name} cannot be recognised: {type(error).__name__}: {error}"
            _answer(answers, TranscribeError(reason))


def _listen(stream: IO[bytes], jobs: "queue.SimpleQueue[Job]") -> NoReturn:
    """Pass them on; when the parent is gone its pipe ends, and so does this process, in the middle of anything."""
    while True:
        try:
            jobs.put(pickle.load(stream))
        except EOFError:
            os._exit(0)


def _answer(answers: IO[bytes], message: Window | CompanionError | None) -> None:
    pickle.dump(message, answers)
    answers.flush()


if __name__ == "__main__":
    main()
