"""Figures for Prometheus. Every label has few values, known beforehand: routes, methods, statuses, deeds, their ends.

Each process counts for itself and is scraped for itself. What is in the database is read when it is asked for, and is
the same from every process.
"""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from engine.errors import EngineError
from engine.pulse import Figures
from engine.watching import Deed

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
#: Seconds.
_STEPS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


class Metrics:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "parcours_requests", "Requests.", ("route", "method", "status"), registry=self._registry
        )
        self._answering = Histogram(
            "parcours_request_seconds", "From request to answer.", ("route",), buckets=_STEPS, registry=self._registry
        )
        self._deeds = Counter(
            "parcours_deeds",
            "What was done with deals: done, conflict (someone was quicker), refused, failed.",
            ("deed", "end"),
            registry=self._registry,
        )
        self._steps = Histogram(
            "parcours_step_seconds",
            "From asking the engine to what it stored.",
            ("deed",),
            buckets=_STEPS,
            registry=self._registry,
        )
        self._fired = Counter("parcours_timers_fired", "Deals that a timer moved.", registry=self._registry)

    def request(self, route: str | None, method: str, status: int, seconds: float) -> None:
        """``route`` is the name of the rule that matched, never the address that was asked for."""
        named = route or "none"
        self._requests.labels(named, method if method in METHODS else "other", str(status)).inc()
        self._answering.labels(named).observe(seconds)

    def deed(self, deed: Deed) -> None:
        if deed.is_idle:
            return
        self._deeds.labels(deed.name, deed.end).inc()
        self._steps.labels(deed.name).observe(deed.seconds)
        self._fired.inc(deed.moved or 0)

    def page(self, figures: Figures | EngineError) -> bytes:
        """The error says that the database could not be read."""
        read = CollectorRegistry()
        read.register(_Read(figures))
        return generate_latest(self._registry) + generate_latest(read)


class _Read:
    def __init__(self, figures: Figures | EngineError) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        figures = self._figures
        is_up = isinstance(figures, Figures)
        yield GaugeMetricFamily("parcours_database_up", "1 when the database answers.", value=int(is_up))
        if not isinstance(figures, Figures):
            return
        yield GaugeMetricFamily("parcours_open_deals", "Deals without an outcome.", value=figures.open_deals)
        yield GaugeMetricFamily("parcours_open_tasks", "Tasks that wait for a person.", value=figures.open_tasks)
        late = GaugeMetricFamily(
            "parcours_oldest_due_seconds",
            "How long the oldest due work has waited for a worker.",
            labels=["work"],
        )
        late.add_metric(["timer"], figures.timers_late)
        late.add_metric(["message"], figures.messages_late)
        yield late
        failed = GaugeMetricFamily("parcours_due_work_failed", "Timers and messages that failed.", labels=["fate"])
        failed.add_metric(["tried_again"], figures.tried_again)
        failed.add_metric(["given_up"], figures.given_up)
        yield failed
