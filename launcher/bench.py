"""The measurements."""

from __future__ import annotations

import argparse
import contextlib
import os

from launcher.data_folder import only_user_of, open_data_folder, refuse_broken_data
from launcher.demo import demo_environment, prepare
from launcher.elasticsearch import elasticsearch_node, find_elasticsearch, unpacked_elasticsearch
from launcher.environment import ensure_environment, python_of
from launcher.places import RUNTIME_LOCK
from launcher.postgres import find_postgres, throwaway_postgres
from launcher.processes import Log, in_one_sentence, spawn, stop


def run_bench(options: argparse.Namespace) -> int:
    """Set up, then run the measurements, on PostgreSQL and Elasticsearch too if they are there."""
    open_data_folder(options.data)
    with only_user_of(options.data), contextlib.ExitStack() as stack:
        refuse_broken_data(options.data)
        log = Log(options.data)
        environment = demo_environment(options.data)
        with in_one_sentence(log):
            ensure_environment(RUNTIME_LOCK, log)
            prepare(options.data, environment, log)
            postgres = find_postgres()
            if postgres and not os.environ.get("HUB_TEST_POSTGRES_URL"):
                environment["HUB_TEST_POSTGRES_URL"] = stack.enter_context(throwaway_postgres(postgres, log))
            elasticsearch = find_elasticsearch()
            if elasticsearch and not os.environ.get("HUB_TEST_ELASTICSEARCH_URL"):
                distribution = stack.enter_context(unpacked_elasticsearch(elasticsearch, log))
                node = stack.enter_context(elasticsearch_node(distribution, log))
                environment["HUB_TEST_ELASTICSEARCH_URL"] = node.address
        process = spawn([str(python_of()), "manage.py", "bench", *options.arguments], environment)
        try:
            return process.wait()
        finally:
            stop(process)
