"""Adding a podcast: from whatever a person has of it to a stored feed with its episodes."""

import re
from dataclasses import dataclass, replace

from companion.config import Settings
from companion.errors import ConflictError, InvalidError
from companion.feeds import Feed
from companion.store import Store, Validators
from ingest.discover import resolve
from ingest.fetch import HttpFetcher
from ingest.rss import distinct
from ingest.sandbox import parse_guarded


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """A stored feed, how many episodes it has, and whether it was added just now."""

    feed: Feed
    episodes: int
    new: bool


def subscribe(settings: Settings, what: str, *, id: str | None = None, moved: bool = False) -> Subscription:
    """Stores the podcast that `what` leads to, under `id` or a short name made from its title.

    A feed that is here already is left as it is; `moved` says that the feed of this id now lives at `what`.
    Raises `InvalidError` for an id that is no short name, `ConflictError` for one that another podcast has.
    """
    if id is not None and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", id):
        raise InvalidError(f"“{id}” cannot be a podcast's short name: use up to 40 small letters, digits and hyphens.")
    fetcher = HttpFetcher(allow_private=settings.allow_private_network)
    url = resolve(what, fetcher, apple_lookup=settings.apple_lookup)
    with Store.open(settings.database) as store:
        known = {feed.url: feed for feed in store.feeds.all()}
        if url in known:
            return Subscription(feed=known[url], episodes=len(store.feeds.episodes(known[url].id)), new=False)
        answer = fetcher.get(url)
        address = answer.permanent_url or url
        if id is None:
            titled, _ = parse_guarded(answer.body, feed_id="untitled", url=answer.url)
            id = re.sub(r"[^a-z0-9]+", "-", titled.title.lower())[:40].strip("-") or "podcast"
        if id in {feed.id for feed in known.values()} and not moved:
            raise ConflictError(
                f"Another podcast is kept as “{id}” already. Choose a name for this one with --id NAME."
            )
        feed, episodes = parse_guarded(answer.body, feed_id=id, url=answer.url)
        distinct_episodes = distinct(episodes)
        feed = replace(feed, url=address)
        validators = Validators(etag=answer.etag, modified=answer.modified)
        store.feeds.save(feed, distinct_episodes, validators, drafts=settings.publish == "by hand")
    return Subscription(feed=feed, episodes=len(distinct_episodes), new=True)
