"""Every table. Importing this package fills ``Base.metadata``."""

from webapp.models.actions import (
    DossierAction,
    DossierLook,
    DossierNote,
    Handover,
    HandoverItem,
    LegalReason,
)
from webapp.models.agencies import Agency, AgencyKind, AgencyPeriod
from webapp.models.calendars import (
    CalendarChange,
    CalendarDay,
    CalendarWeek,
    OfficeCalendar,
    Outage,
)
from webapp.models.deployments import (
    DecisionDefinition,
    Deployment,
    DeploymentFile,
    ProcessDefinition,
)
from webapp.models.dossiers import (
    Attachment,
    Dossier,
    DossierExtension,
    DossierGroup,
    DossierPause,
    NumberRegister,
    Place,
)
from webapp.models.instances import (
    ElementTiming,
    InstanceEvent,
    ItemStatus,
    Migration,
    MigrationItem,
    MigrationStatus,
    ProcessInstance,
)
from webapp.models.keys import IdempotencyKey
from webapp.models.people import (
    ApiKey,
    UserAccount,
    UserGroup,
    UserRole,
    UserSession,
    group_member,
)
from webapp.models.retention import RetentionRule
from webapp.models.slips import Slip, SlipTemplate
from webapp.models.starts import StartTrigger
from webapp.models.user_tasks import UserTask, UserTaskCandidate, UserTaskStatus
from webapp.models.waits import (
    Delivery,
    Incident,
    IncidentKind,
    Job,
    JobStatus,
    MessageSubscription,
    OutsideKind,
    OutsideWait,
    Timer,
)

__all__ = [
    "Agency",
    "AgencyKind",
    "AgencyPeriod",
    "ApiKey",
    "Attachment",
    "CalendarChange",
    "CalendarDay",
    "CalendarWeek",
    "DecisionDefinition",
    "Delivery",
    "Deployment",
    "DeploymentFile",
    "Dossier",
    "DossierAction",
    "DossierExtension",
    "DossierGroup",
    "DossierLook",
    "DossierNote",
    "DossierPause",
    "ElementTiming",
    "Handover",
    "HandoverItem",
    "IdempotencyKey",
    "Incident",
    "IncidentKind",
    "InstanceEvent",
    "ItemStatus",
    "Job",
    "JobStatus",
    "LegalReason",
    "MessageSubscription",
    "Migration",
    "MigrationItem",
    "MigrationStatus",
    "NumberRegister",
    "OfficeCalendar",
    "Outage",
    "OutsideKind",
    "OutsideWait",
    "Place",
    "ProcessDefinition",
    "ProcessInstance",
    "RetentionRule",
    "Slip",
    "SlipTemplate",
    "StartTrigger",
    "Timer",
    "UserAccount",
    "UserGroup",
    "UserRole",
    "UserSession",
    "UserTask",
    "UserTaskCandidate",
    "UserTaskStatus",
    "group_member",
]
