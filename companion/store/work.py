"""What went wrong, and when it may be tried again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.store.connection import Connection

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A stage that failed for a feed or an episode (`subject`): how often, with what message, and when to try again."""

    subject: str
    stage: str
    message: str
    attempts: int
    retry_at: datetime


class Work:
    """Records failures, with growing waits."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def failures(self, subject: str) -> tuple[Failure, ...]:
        """What has failed for a feed or an episode and not succeeded since."""
        rows = self._c.all(
            "select subject, stage, message, attempts, retry_at from failures where subject = :subject order by stage",
            subject=subject,
        )
        return tuple(Failure(**{**row, "retry_at": datetime.fromisoformat(row["retry_at"])}) for row in rows)

    def failed(self, subject: str, stage: str, message: str, now: datetime, wait: timedelta | None = None) -> None:
        """Records a failure. The next try waits 1 minute, then 4 times longer each time, at most a day; or `wait`."""
        earlier = next((one for one in self.failures(subject) if one.stage == stage), None)
        attempts = earlier.attempts + 1 if earlier else 1
        grown = min(_FIRST_WAIT * 4 ** min(attempts - 1, 8), _LONGEST_WAIT)
        with self._c.atomic():
            self._c.run(
                """
                insert or replace into failures (subject, stage, message, attempts, retry_at)
                values (:subject, :stage, :message, :attempts, :retry_at)
                """,
                subject=subject,
                stage=stage,
                message=message,
                attempts=attempts,
                retry_at=(now + max(grown, wait or grown)).isoformat(timespec="seconds"),
            )

    def succeeded(self, subject: str, stage: str) -> None:
        """Forgets an earlier failure of this stage."""
        with self._c.atomic():
            self._c.run(
                "delete from failures where subject = :subject and stage = :stage", subject=subject, stage=stage
            )

    def soon(self, subject: str, now: datetime) -> None:
        """Ends the wait of everything that failed for a feed or an episode: the next run tries it again."""
        with self._c.atomic():
            self._c.run(
                "update failures set retry_at = :now where subject = :subject and retry_at > :now",
                subject=subject,
                now=now.isoformat(timespec="seconds"),
            )
