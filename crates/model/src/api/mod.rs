//! What crosses the HTTP API `/api/v1`: the same types write it on one side and read it on the other.
//!
//! Requests refuse fields that they do not know, so that a typo is not taken for consent; answers may gain fields.

mod audit;
mod environments;
mod login;
mod members;
mod notifications;
mod problem;
mod resolve;
mod rotation;
mod rotators;
mod scan;
mod secrets;
mod templates;
mod tokens;
mod values;
mod versions;
mod webhooks;
pub(crate) mod whole;

pub use audit::{
    AuditEntry, AuditEnvironment, AuditEventView, AuditList, AuditRetention, AuditTarget, AuditWho,
    AuditWhoKind, ChangeRetention,
};
pub use environments::{ChangeEnvironment, EnvironmentList, EnvironmentView, MakeEnvironment};
pub use login::{LoginAnswer, LoginPoll, LoginStart, LoginStarted, SudoStarted, Whoami};
pub use members::{
    ChangeGrants, ChangeRole, EnvironmentGrants, InvitationList, InvitationView, Invite,
    KnownSecret, KnownSecrets, MadeInvitation, MakeWorkspace, MemberList, MemberView,
    RequireSecondFactor, SecondFactorView, WorkspaceList, WorkspaceView,
};
pub use notifications::{MailFailure, MailState, NotificationSettings, SetNotifications};
pub use problem::{FieldProblem, ProblemCode, ProblemDetails};
pub use resolve::{
    Explanation, ReportReads, Resolve, ResolveAnswer, ResolvedFrom, ResolvedSecret, StoredRead,
    Withheld,
};
pub use rotation::{
    DueView, Rotate, RotateAnswer, RotationList, RotationView, ScheduleView, SetSchedule,
    TemplateSchedule,
};
pub use rotators::{AdminUrl, MakeRotator, RotatorList, RotatorLog, RotatorLogEntry, RotatorView};
pub use scan::{Scan, ScanAnswer, ScanValue};
pub use secrets::{
    ChangeSecret, Compare, CompareAnswer, CompareSide, ComparedKey, CopySecret, DestroySecret,
    Difference, MakeSecret, ReplaceSecret, RestoreSecret, SecretList, SecretView, TrashList,
    TrashedView,
};
pub use templates::{
    MismatchList, MismatchView, MissingAlternative, TemplateKeyView, TemplateList, TemplateView,
};
pub use tokens::{MadeToken, MakeToken, RotateToken, TokenList, TokenView};
pub use values::{NewValueView, ValueMap, ValuesAnswer};
pub use versions::{
    DestroyVersion, KeepVersions, ReaderList, ReaderView, RestoreVersion, RetentionView,
    VersionList, VersionView,
};
pub use webhooks::{
    ChangeWebhook, DeliveryList, DeliveryView, MadeWebhook, MakeWebhook, WebhookList,
    WebhookSecret, WebhookView,
};

/// Most secrets that one resolve names.
pub const RESOLVE_NAMES: usize = 32;
/// Most rows of one page of a list.
pub const PAGE_ROWS: u32 = 200;
