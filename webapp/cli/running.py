"""The command that runs the product."""

import click

from webapp import metrics
from webapp.cli import house
from webapp.cli.server import Server
from webapp.demo import people as demo_people


@click.command()
@click.option("--without-worker", is_flag=True, help="Workers run elsewhere: motcua worker.")
@house.refusals_are_told
def serve(*, without_worker: bool) -> None:
    """Serve the pages, with a worker beside them, until stopped."""
    config = house.settings()
    with house.migrated(config):
        pass
    print(f"Motcua: {config.base_url}", flush=True)
    if config.demo:
        _print_sign_ins()
    metrics.use_folder(config.metrics_dir, fresh=True)  # before the product is loaded
    Server(config, with_worker=not without_worker).run()


def _print_sign_ins() -> None:
    print(f"\nDemo people, all with the password {demo_people.PASSWORD}:")
    for username, name, title, *_ in demo_people.PEOPLE:
        print(f"  {username:6} {name}, {title}", flush=True)
