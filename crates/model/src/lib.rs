//! The types that both sides of the wire share: ids, names, drafts that parse into what may be stored, errors, roles.
//!
//! Nothing here does I/O, so that the same code decides in the browser (early, to help) and on the server (again, to hold).

pub mod api;
mod audit;
mod connection;
mod day;
mod draft;
mod environment;
mod generate;
mod grants;
mod id;
mod limits;
mod member;
mod name;
mod network;
mod notification;
mod page;
mod problem;
mod role;
mod rotation;
mod rotator;
mod secret;
mod template;
mod token;
mod value;
mod view;

pub use audit::{AUDIT_ACTIONS, AuditClass, AuditFilter, AuditFormat, AuditOutcome, NoSuchClass};
pub use connection::{
    ConnectionError, ConnectionFill, ConnectionPart, ConnectionParts, ConnectionScheme, Filled,
    Host,
};
pub use day::{Day, NotADay};
pub use draft::{DraftRow, KEPT_IN_FORM, NewRow, NewSecret, NewValue, SecretDraft, parse_note};
pub use environment::{Environment, EnvironmentName};
pub use generate::{Encoding, Generator};
pub use grants::{At, Grant, Grants, NoSuchGrant, permission};
pub use id::{
    AuditChain, DeliveryId, EnvironmentId, InstanceId, PasskeyId, RotatorId, RunId, SecretId,
    SessionKey, UserId, WebhookId, WorkspaceId,
};
pub use limits::*;
pub use member::{
    EmailAddress, InvitationInfo, MemberInfo, PersonName, ToRotate, ViewName, WorkspaceInfo,
    WorkspaceName,
};
pub use name::{KeyName, NameFault, RiskyKey, SecretName, Tag};
pub use network::{Network, NetworkError};
pub use notification::{Cadence, DeliveryState, NoSuchWord, WebhookEvent};
pub use page::{Cursor, Page};
pub use problem::{Field, KeyPart, Problem, Problems, Reason, RowPart, TemplatePart};
pub use role::{Action, Permission, Role};
pub use rotation::{
    NoSuchReader, ReaderId, ReaderKind, RotationCounts, RotationInfo, RotationState, Schedule,
    SecretReader, Urgency,
};
pub use rotator::{Alphabet, RotatorKind, RotatorSettings, RotatorState};
pub use secret::{
    Destroyed, KeyChanges, KeyInfo, ListQuery, Retention, SecretDetail, SecretSummary, Sort,
    TrashedSecret, Version, VersionInfo,
};
pub use template::{
    Category, KeyAlias, KeyGroup, KeyGroupDraft, Missing, MissingGroup, OWN_SHELF, OwnTemplate,
    Template, TemplateDraft, TemplateKey, TemplateKeyDraft, TemplateOption, TemplateSummary,
    ValueFormat, ValueWarning,
};
pub use token::{
    BearerToken, NamePattern, NoSuchScope, Reach, Scope, TokenFault, TokenId, TokenInfo, TokenKind,
    TokenState,
};
pub use value::{SecretValue, ValueKind, WireValue};
pub use view::SavedView;
