"""One ingest run with its real parts: the HTTP client, the speech model's process, and progress for a person."""

from contextlib import ExitStack

from companion.config import Settings
from ingest.fetch import HttpFetcher
from ingest.pipeline import Outcome, Pipeline, Plan
from ingest.reporting import reporter
from ingest.transcribe import Transcriber, WorkerTranscriber


def run(settings: Settings, plan: Plan) -> Outcome:
    """Runs the pipeline; the speech model's process is started when it is needed and gone afterwards."""
    with ExitStack() as stack:

        def transcriber() -> Transcriber:
            return stack.enter_context(WorkerTranscriber(settings))

        fetcher = HttpFetcher(allow_private=settings.allow_private_network)
        return Pipeline(settings, fetcher, transcriber, reporter()).run(plan)
