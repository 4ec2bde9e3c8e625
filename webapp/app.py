"""The whole product in one place: the only module that knows every room."""

from datetime import timedelta
from pathlib import Path

from flask import Flask, g, get_flashed_messages
from flask_babel import Babel
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.feel import use_limits
from webapp import clock, watching
from webapp.actors import Actor, Role
from webapp.api import site
from webapp.calendars import TIMEZONE
from webapp.config import Config
from webapp.db import Database
from webapp.errors import UnavailableError
from webapp.operations.moving import use_hops
from webapp.operations.notifying import unread
from webapp.pages import (
    absences,
    actions,
    administration,
    agencies,
    api_keys,
    assets,
    blocks,
    breakdowns,
    bulk,
    calendars,
    changed,
    choosing,
    clocks,
    counter,
    data_stores,
    deadlines,
    dossier_list,
    elements,
    errors,
    form_editor,
    guard,
    handovers,
    headers,
    health,
    inbox,
    incidents,
    inspection,
    instances,
    keyboard,
    language,
    lending,
    limits,
    metrics,
    monitoring,
    navigation,
    notes,
    notices,
    office,
    people,
    places,
    planning,
    procedures,
    product,
    published_decisions,
    rating,
    reasons,
    receipts,
    register_files,
    registers,
    repeats,
    reports,
    retention,
    session,
    slip_templates,
    slips,
    supplying,
    team,
    team_files,
    tracing,
    tracking,
    trying,
    user_tasks,
    views,
    wording,
)
from webapp.queries.figures import mine_count

BLUEPRINTS = (
    session.bp,
    inbox.bp,
    user_tasks.bp,
    lending.bp,
    notices.bp,
    blocks.bp,
    bulk.bp,
    team.bp,
    team_files.bp,
    absences.bp,
    counter.bp,
    dossier_list.bp,
    actions.bp,
    choosing.bp,
    reasons.bp,
    handovers.bp,
    administration.bp,
    data_stores.bp,
    agencies.bp,
    notes.bp,
    receipts.bp,
    slips.bp,
    registers.bp,
    register_files.bp,
    slip_templates.bp,
    instances.bp,
    planning.bp,
    procedures.bp,
    form_editor.bp,
    trying.bp,
    elements.bp,
    published_decisions.bp,
    inspection.bp,
    monitoring.bp,
    breakdowns.bp,
    reports.bp,
    people.bp,
    api_keys.bp,
    calendars.bp,
    places.bp,
    deadlines.bp,
    deadlines.public_bp,
    incidents.bp,
    tracking.bp,
    retention.bp,
    keyboard.bp,
    views.bp,
    supplying.bp,
    rating.bp,
    health.bp,
    metrics.bp,
)

_GOVUK = "govuk_frontend_jinja"


def create_app(config: Config | None = None, database: Database | None = None) -> Flask:
    """Return the product, ready to serve. Settings come from the environment by default."""
    config = config or Config.from_env()
    use_limits(config.expression_limits)
    use_hops(config.hops)
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(_flask_settings(config))
    running = product.Product(config, database or Database(config.database_url))
    product.attach(app, running)
    headers.install(app)
    watching.install(app)
    CSRFProtect(app)
    guard.install(app)
    repeats.install(app)
    tracing.install(app)
    errors.install(app)
    Babel(app, locale_selector=language.select_language, timezone_selector=lambda: TIMEZONE)
    limits.limiter.init_app(app)
    Compress(app)
    _prepare_templates(app, config)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    pages = assets.serve_assets(app.wsgi_app)
    app.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
        pages, {site.PREFIX: site.create_site(running)}
    )
    if config.proxies:
        count = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]
    return app


def _flask_settings(config: Config) -> dict[str, object]:
    return {
        "SECRET_KEY": config.secret_key,
        "MAX_CONTENT_LENGTH": config.max_upload_bytes,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "SESSION_COOKIE_NAME": "motcua_form",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.secure_cookies,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session lives
        "WTF_CSRF_SSL_STRICT": False,
        "RATELIMIT_STORAGE_URI": config.rate_limit_storage,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 4,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_DEFAULT_TIMEZONE": TIMEZONE,
    }


def _prepare_templates(app: Flask, config: Config) -> None:
    environment = app.jinja_env
    environment.loader = ChoiceLoader(
        [
            FileSystemLoader(Path(__file__).parent / "templates"),
            PrefixLoader({_GOVUK: PackageLoader(_GOVUK)}),
        ]
    )
    language.install_words(environment)
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.finalize = lambda value: "" if value is None else value
    environment.filters.update(
        day=wording.day_words,
        instant=wording.instant_words,
        first_day=wording.first_day,
        last_day=wording.last_day,
        full_instant=wording.full_instant_words,
        moment=wording.moment_words,
        holiday=wording.holiday,
        office=wording.office_words,
        filesizeformat=wording.size_words,
        office_short=wording.office_short,
        decimal=wording.decimal,
        hours_words=lambda seconds: wording.office_short(timedelta(seconds=seconds)),
        office_left=lambda due_at: wording.due_words(due_at, clock.now(), office.calendar()),
        in_language=wording.in_language,
        stands=lambda dossier: clocks.standing_words(dossier, clock.now()),
        applicant=wording.applicant,
        money=changed.money,
    )
    environment.globals.update(
        asset=assets.asset_addresses(),
        language_url=language.language_url,
        messages=get_flashed_messages,
        most_upload_bytes=config.max_upload_bytes,
    )
    app.context_processor(lambda: _page_context(config))


def _page_context(config: Config) -> dict[str, object]:
    lang = wording.language()
    actor = guard.find_actor()
    return {
        "lang": lang,
        "actor": actor,
        "nav": navigation.menu(actor, _tasks_of(actor)),
        "agency": config.agency_name if lang == "vi" else config.agency_name_en,
        "agency_address": config.agency_address,
        "agency_phone": config.agency_phone,
        "demo": config.demo,
        "unread": _unread_of(actor),
        "reads_only": guard.reads_only(),
        "single_keys": keyboard.single_keys(),
        "going": keyboard.GOING,
    }


def _unread_of(actor: Actor | None) -> int:
    if actor is None or not actor.works:
        return 0
    with product.database().reading() as session:
        return unread(session, actor)


def _tasks_of(actor: Actor | None) -> int:
    if actor is None or not actor.has(Role.OFFICER):
        return 0
    if "tasks_of_mine" in g:
        return int(g.tasks_of_mine)
    try:
        with product.database().reading() as session:
            return mine_count(session, actor)
    except UnavailableError:  # the page that says so has this menu, too
        return 0
