//! What could not be done, as problem details (RFC 9457).

use axum::Json;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use model::api::{FieldProblem, ProblemCode, ProblemDetails};
use model::{
    Field, KeyName, KeyPart, PersonName, Problem, Reason, RowPart, SecretName, TemplatePart,
    TokenFault, Version,
};
use store::{MemberRefusal, StoreError, WebhookRefusal};

use crate::security::RequestId;

/// An answer that is an error. The request's id joins it on its way out.
#[derive(Debug, Clone)]
pub(super) struct ApiError {
    status: StatusCode,
    code: ProblemCode,
    detail: String,
    fields: Vec<FieldProblem>,
    current: Option<Version>,
    changed_by: Option<PersonName>,
    missing: Vec<KeyName>,
    retry_after: Option<u32>,
}

impl ApiError {
    fn new(status: StatusCode, code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            fields: Vec::new(),
            current: None,
            changed_by: None,
            missing: Vec::new(),
            retry_after: None,
        }
    }

    pub(super) fn no_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            ProblemCode::Unauthorized,
            "Send a token: Authorization: Bearer kl_st_… An owner makes one at /tokens.",
        )
    }

    pub(super) fn malformed_token(fault: TokenFault) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, ProblemCode::Unauthorized, sentence(&fault.to_string()))
    }

    pub(super) fn unknown_poll() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            ProblemCode::Unauthorized,
            "This is not what POST /login gave. Ask to sign in again.",
        )
    }

    /// Something in the body names what is not there.
    pub(super) fn names_nothing(field: &str, detail: impl Into<String>) -> Self {
        let mut error = Self::field(field, detail);
        error.status = StatusCode::NOT_FOUND;
        error.code = ProblemCode::NotFound;
        error
    }

    pub(super) fn no_such_path() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            ProblemCode::NotFound,
            "There is no such path. /api/v1/docs lists them all.",
        )
    }

    pub(super) fn other_method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            ProblemCode::MethodNotAllowed,
            "This path does not take this method; the Allow header lists those it takes.",
        )
    }

    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ProblemCode::BadRequest, detail)
    }

    pub(super) fn not_json() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ProblemCode::BadRequest,
            "Send the body as Content-Type: application/json.",
        )
    }

    /// One field of the body, or of the path or query, is wrong.
    pub(super) fn field(field: impl Into<String>, detail: impl Into<String>) -> Self {
        let field = FieldProblem { field: field.into(), detail: detail.into() };
        let mut error = Self::invalid(format!("{}: {}", field.field, field.detail));
        error.fields.push(field);
        error
    }

    fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, ProblemCode::Invalid, detail)
    }

    /// Keys that nobody gave values.
    pub(super) fn lacking(keys: &[KeyName]) -> Self {
        let names: Vec<_> = keys.iter().map(KeyName::as_str).collect();
        let mut lacking = Self::new(
            StatusCode::CONFLICT,
            ProblemCode::MissingKeys,
            format!(
                "These keys have no new value: {}. Give values, or name them in keys with generate.",
                names.join(", ")
            ),
        );
        lacking.missing = keys.to_vec();
        lacking
    }

    pub(super) fn too_many(seconds: u32) -> Self {
        let mut error = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            ProblemCode::TooMany,
            format!("Too many requests. Try again in {seconds} seconds."),
        );
        error.retry_after = Some(seconds);
        error
    }

    /// The same, with problems of rows told by the keys that the rows were made from.
    pub(super) fn of_rows(error: StoreError, keys: &[String]) -> Self {
        let StoreError::Invalid(problems) = &error else { return error.into() };
        let fields: Vec<_> = problems.iter().map(|problem| told(*problem, keys)).collect();
        let has = |reasons: fn(&Reason) -> bool| problems.iter().any(|one| reasons(&one.reason));
        let (status, code) = if has(|reason| {
            matches!(reason, Reason::Taken | Reason::TakenBySecret(_))
        }) {
            (StatusCode::CONFLICT, ProblemCode::AlreadyExists)
        } else if has(|reason| matches!(reason, Reason::MoreThanMaker)) {
            (StatusCode::FORBIDDEN, ProblemCode::Forbidden)
        } else if has(|reason| matches!(reason, Reason::Unknown)) {
            (StatusCode::NOT_FOUND, ProblemCode::NotFound)
        } else if has(|reason| matches!(reason, Reason::NotEmpty { .. } | Reason::LastEnvironment))
        {
            (StatusCode::CONFLICT, ProblemCode::Conflict)
        } else {
            (StatusCode::UNPROCESSABLE_ENTITY, ProblemCode::Invalid)
        };
        let texts: Vec<_> =
            fields.iter().map(|field| format!("{}: {}", field.field, field.detail)).collect();
        let mut error = Self::new(status, code, texts.join(" "));
        error.fields = fields;
        error
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        use ProblemCode as Code;
        use StatusCode as Status;
        match error {
            StoreError::Invalid(_) => Self::of_rows(error, &[]),
            StoreError::Conflict { current, changed_by } => {
                let by = changed_by.as_ref().map_or(String::new(), |name| format!(" by {name}"));
                let mut conflict = Self::new(
                    Status::PRECONDITION_FAILED,
                    Code::Conflict,
                    format!(
                        "It was changed{by}: it is at version {current} by now. Nothing was \
                         done; read it again, and send its ETag as If-Match."
                    ),
                );
                conflict.current = Some(current);
                conflict.changed_by = changed_by;
                conflict
            }
            StoreError::Destroyed(version) => Self::new(
                Status::CONFLICT,
                Code::Conflict,
                format!(
                    "The values of version {version} were destroyed; its keys are known still."
                ),
            ),
            StoreError::VersionOfNow => Self::new(
                Status::CONFLICT,
                Code::Conflict,
                "These are the values of now. Give the secret others, then destroy the version before.",
            ),
            StoreError::NotFound | StoreError::Setup { .. } => Self::new(
                Status::NOT_FOUND,
                Code::NotFound,
                "There is nothing of that name, or this token does not reach it.",
            ),
            StoreError::WebhookRefused(refusal) => {
                let told = sentence(&refusal.to_string());
                match refusal {
                    WebhookRefusal::NoEvents => Self::field("events", told),
                    WebhookRefusal::Url => Self::field("url", told),
                    WebhookRefusal::Off
                    | WebhookRefusal::TestedOften
                    | WebhookRefusal::TooMany
                    | WebhookRefusal::UnderWay => Self::new(Status::CONFLICT, Code::Conflict, told),
                }
            }
            StoreError::RotationUnderWay => Self::new(
                Status::CONFLICT,
                Code::Conflict,
                "A rotation is under way. Wait for its end; the rotator's log says how far it is.",
            ),
            StoreError::UnknownEnvironment(name) => Self::new(
                Status::NOT_FOUND,
                Code::NotFound,
                format!("There is no environment {name} in this workspace."),
            ),
            StoreError::MissingSecrets(names) => {
                let mut missing = Self::new(
                    Status::NOT_FOUND,
                    Code::NotFound,
                    match &names[..] {
                        [name] => format!("There is no secret {name} in this environment."),
                        names => {
                            let names: Vec<_> = names.iter().map(SecretName::as_str).collect();
                            format!(
                                "These secrets are not in this environment: {}.",
                                names.join(", ")
                            )
                        }
                    },
                );
                missing.fields = names
                    .iter()
                    .map(|name| FieldProblem {
                        field: "secrets".into(),
                        detail: format!("There is no secret {name}."),
                    })
                    .collect();
                missing
            }
            StoreError::SameValues(keys) => {
                let mut same = Self::invalid(
                    "A rotation gives other values, and these keys would keep theirs. Nothing was done.",
                );
                same.fields = keys
                    .iter()
                    .map(|key| FieldProblem {
                        field: format!("values.{key}"),
                        detail: "This is the value that it has.".into(),
                    })
                    .collect();
                same
            }
            StoreError::MissingKeys(keys) => {
                let names: Vec<_> = keys.iter().map(KeyName::as_str).collect();
                let mut missing = Self::new(
                    Status::CONFLICT,
                    Code::MissingKeys,
                    format!("Required keys are missing: {}.", names.join(", ")),
                );
                missing.missing = keys;
                missing
            }
            StoreError::Denied(action) => Self::new(
                Status::FORBIDDEN,
                Code::Forbidden,
                format!("Your role does not allow you to {}.", action.verb()),
            ),
            StoreError::OutOfScope(action) => {
                let scopes: Vec<_> = action.scopes().iter().map(|scope| scope.as_str()).collect();
                Self::new(
                    Status::FORBIDDEN,
                    Code::Forbidden,
                    format!(
                        "This token may not {}: that takes the scope {}.",
                        action.verb(),
                        scopes.join(" or ")
                    ),
                )
            }
            StoreError::OutOfReach => Self::new(
                Status::FORBIDDEN,
                Code::Forbidden,
                "This token does not reach that environment or secret.",
            ),
            StoreError::FactorNeeded => Self::new(
                Status::FORBIDDEN,
                Code::SecondFactorNeeded,
                "Your workspace asks you for a second factor: set one up in the dashboard, under Account. \
                 Then run keyloft login again.",
            ),
            StoreError::FactorRefused(refusal) => {
                Self::new(Status::CONFLICT, Code::Conflict, sentence(&refusal.to_string()))
            }
            StoreError::SudoNeeded => Self::new(
                Status::FORBIDDEN,
                Code::SudoNeeded,
                "This takes your password of just now: run keyloft sudo, and try again.",
            ),
            StoreError::WriteOnly
            | StoreError::BrowserOnly
            | StoreError::PeopleOnly
            | StoreError::MemberRefused(MemberRefusal::Outranked)
            | StoreError::SignInFailed => {
                Self::new(Status::FORBIDDEN, Code::Forbidden, sentence(&error.to_string()))
            }
            StoreError::MemberRefused(
                MemberRefusal::AlreadyInvited | MemberRefusal::AlreadyMember,
            ) => Self::new(Status::CONFLICT, Code::AlreadyExists, sentence(&error.to_string())),
            StoreError::MemberRefused(_) | StoreError::InvitationRefused(_) => {
                Self::new(Status::CONFLICT, Code::Conflict, sentence(&error.to_string()))
            }
            StoreError::TokenRefused(refusal) => {
                Self::new(Status::UNAUTHORIZED, Code::Unauthorized, sentence(&refusal.to_string()))
            }
            StoreError::TokenMade(id) => Self::new(
                Status::CONFLICT,
                Code::AlreadyExists,
                format!(
                    "This request made token {id} before, and its text was shown then. Rotate it to get another."
                ),
            ),
            StoreError::IdempotencyMismatch => Self::new(
                Status::CONFLICT,
                Code::IdempotencyMismatch,
                "This Idempotency-Key was used for another request. Use a new one for each thing to make.",
            ),
            StoreError::TooManyTries { seconds } => Self::too_many(seconds),
            StoreError::Busy => {
                let mut busy = Self::new(
                    Status::SERVICE_UNAVAILABLE,
                    Code::Unavailable,
                    "The server is busy. Nothing was done; try again in a moment.",
                );
                busy.retry_after = Some(1);
                busy
            }
            StoreError::Full => {
                tracing::error!("the database is full");
                Self::new(
                    Status::INSUFFICIENT_STORAGE,
                    Code::Full,
                    "The server's disk is full. Nothing was done; tell whoever runs it.",
                )
            }
            StoreError::Integrity { record } => {
                tracing::error!(record, "integrity check failed");
                Self::new(
                    Status::INTERNAL_SERVER_ERROR,
                    Code::Integrity,
                    "A stored record does not open: it was changed or moved. The server's log names it.",
                )
            }
            StoreError::Unavailable(cause) => {
                tracing::error!(cause, "the database does not answer");
                let mut away = Self::new(
                    Status::SERVICE_UNAVAILABLE,
                    Code::Unavailable,
                    "The server's database does not answer. Nothing was done; try again in a moment.",
                );
                away.retry_after = Some(5);
                away
            }
            StoreError::Internal(cause) => {
                tracing::error!(cause, "internal error");
                Self::new(
                    Status::INTERNAL_SERVER_ERROR,
                    Code::Internal,
                    "Something went wrong inside Keyloft. The server's log has more under this request's id.",
                )
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Middleware around every handler: writes the problem that one answered.
pub(super) async fn finish(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(ToString::to_string);
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<ApiError>() else { return response };
    let mut written = details(error.status, error.code, error.detail, id.unwrap_or_default());
    written.fields = error.fields;
    written.current = error.current;
    written.changed_by = error.changed_by;
    written.missing = error.missing;
    let mut problem = (error.status, Json(written)).into_response();
    let headers = problem.headers_mut();
    // Allow, from the router.
    headers.extend(std::mem::take(response.headers_mut()).into_iter().filter_map(
        |(name, value)| {
            name.filter(|name| name != CONTENT_TYPE && name.as_str() != "content-length")
                .map(|name| (name, value))
        },
    ));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if error.status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"Keyloft\""));
    }
    if let Some(seconds) = error.retry_after {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    problem
}

/// Problem details without anything beside the text.
pub(crate) fn details(
    status: StatusCode,
    code: ProblemCode,
    detail: String,
    request: String,
) -> ProblemDetails {
    ProblemDetails {
        kind: "about:blank".into(),
        title: status.canonical_reason().unwrap_or("Refused").into(),
        status: status.as_u16(),
        code,
        detail,
        request,
        fields: Vec::new(),
        current: None,
        changed_by: None,
        missing: Vec::new(),
    }
}

/// Where in the body the problem lies, and what it is.
fn told(problem: Problem, keys: &[String]) -> FieldProblem {
    let field = match problem.field {
        Field::Addresses => "addresses".into(),
        Field::Days => "days".into(),
        Field::Email => "email".into(),
        Field::Environment => "environment".into(),
        Field::Machine => "machine".into(),
        Field::MaxUses => "max_uses".into(),
        Field::Name | Field::TokenName | Field::WorkspaceName => "name".into(),
        Field::Note => "note".into(),
        Field::OverlapHours => "overlap_hours".into(),
        Field::OverlapMinutes => "overlap_minutes".into(),
        Field::Row(index, part) => {
            let key = usize::try_from(index).ok().and_then(|index| keys.get(index));
            match (key, part) {
                (Some(key), RowPart::Value) => format!("values.{key}"),
                // A text that is no key may be a value that went to the wrong place.
                (_, RowPart::Key) | (None, _) => format!("values[{index}]"),
            }
        }
        Field::RotatorAdmin => "admin".into(),
        Field::RotatorKeys => "keys".into(),
        Field::RotatorSettings => "settings".into(),
        Field::PasskeyName => "name".into(),
        Field::Scopes => "scopes".into(),
        Field::Secret => "values".into(),
        Field::Tags => "tags".into(),
        Field::Template(part) => part_of_template(part),
        Field::TokenSecrets => "secrets".into(),
        Field::CurrentPassword
        | Field::Password
        | Field::PersonName
        | Field::SecondFactor
        | Field::SetupCode
        | Field::View => "body".into(),
    };
    FieldProblem { field, detail: problem.to_string() }
}

/// Where in the body of a template.
fn part_of_template(part: TemplatePart) -> String {
    let (index, part) = match part {
        TemplatePart::Description => return "description".into(),
        TemplatePart::Group(index) => return format!("groups[{index}]"),
        TemplatePart::Groups => return "groups".into(),
        TemplatePart::Key(index, part) => (index, part),
        TemplatePart::Keys => return "keys".into(),
        TemplatePart::Name => return "name".into(),
        TemplatePart::Notes => return "notes".into(),
        TemplatePart::SecretName => return "secret_name".into(),
        TemplatePart::Templates => return "body".into(),
    };
    let part = match part {
        KeyPart::Choices => "choices",
        KeyPart::Default => "default",
        KeyPart::Generator => "generator",
        KeyPart::Help => "help",
        KeyPart::Label => "label",
        KeyPart::Name => "key",
        KeyPart::Pattern => "pattern",
        KeyPart::Placeholder => "placeholder",
    };
    format!("keys[{index}].{part}")
}

/// The text of an error as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
