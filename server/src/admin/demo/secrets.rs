//! What the demo holds. Every value says that it is made up, and none has the form that a scanner for
//! leaked credentials looks for.

/// The same secret in one or several environments; `{env}` in a value stands for the environment's name.
pub(super) struct Example {
    /// The template's id; empty for a custom secret.
    pub(super) template: &'static str,
    pub(super) name: &'static str,
    pub(super) environments: &'static [&'static str],
    pub(super) tags: &'static str,
    pub(super) note: &'static str,
    pub(super) keys: &'static [(&'static str, &'static str)],
}

/// A value that was replaced later.
pub(super) struct Change {
    pub(super) name: &'static str,
    pub(super) environment: &'static str,
    pub(super) key: &'static str,
    pub(super) value: &'static str,
    pub(super) note: &'static str,
}

const ALL: &[&str] = &["dev", "staging", "prod"];

pub(super) const SECRETS: &[Example] = &[
    Example {
        template: "postgres",
        name: "postgres",
        environments: ALL,
        tags: "database billing",
        note: "The billing service's own user",
        keys: &[
            ("PGHOST", "{env}-db.acme.example"),
            ("PGPORT", "5432"),
            ("PGUSER", "billing"),
            ("PGPASSWORD", "demo-{env}-made-up-password"),
            ("PGDATABASE", "billing_{env}"),
            ("PGSSLMODE", "require"),
        ],
    },
    Example {
        template: "redis",
        name: "redis",
        environments: ALL,
        tags: "database cache",
        note: "",
        keys: &[("REDIS_URL", "rediss://default:demo-{env}-made-up@cache.acme.example:6379/0")],
    },
    Example {
        template: "openai",
        name: "openai",
        environments: ALL,
        tags: "ai search",
        note: "One project for each environment, with its own budget",
        keys: &[
            ("OPENAI_API_KEY", "demo-openai-{env}-not-a-real-key"),
            ("OPENAI_PROJECT_ID", "proj_demo_{env}"),
        ],
    },
    Example {
        template: "anthropic",
        name: "anthropic",
        environments: &["dev", "prod"],
        tags: "ai support",
        note: "",
        keys: &[("ANTHROPIC_API_KEY", "demo-anthropic-{env}-not-a-real-key")],
    },
    Example {
        template: "huggingface",
        name: "huggingface",
        environments: &["dev", "prod"],
        tags: "ai training",
        note: "Read access to the team's models",
        keys: &[("HF_TOKEN", "demo-huggingface-{env}-not-a-real-token")],
    },
    Example {
        template: "wandb",
        name: "wandb",
        environments: &["dev"],
        tags: "ai training",
        note: "",
        keys: &[
            ("WANDB_API_KEY", "demo-wandb-not-a-real-key"),
            ("WANDB_ENTITY", "acme"),
            ("WANDB_PROJECT", "ranking"),
        ],
    },
    Example {
        template: "aws",
        name: "aws-deploy",
        environments: &["staging", "prod"],
        tags: "cloud deploy",
        note: "May push images and update services, nothing else",
        keys: &[
            ("AWS_ACCESS_KEY_ID", "DEMO-{env}-KEY-ID"),
            ("AWS_SECRET_ACCESS_KEY", "demo-aws-{env}-not-a-real-secret"),
            ("AWS_REGION", "eu-central-1"),
        ],
    },
    Example {
        template: "stripe",
        name: "stripe",
        environments: &["dev", "prod"],
        tags: "billing payments",
        note: "dev uses test mode",
        keys: &[
            ("STRIPE_SECRET_KEY", "demo-stripe-{env}-not-a-real-key"),
            ("STRIPE_PUBLISHABLE_KEY", "demo-stripe-{env}-publishable"),
            ("STRIPE_WEBHOOK_SECRET", "demo-stripe-{env}-webhook-made-up"),
        ],
    },
    Example {
        template: "datadog",
        name: "datadog",
        environments: &["staging", "prod"],
        tags: "observability",
        note: "",
        keys: &[
            ("DD_API_KEY", "demo-datadog-{env}-not-a-real-key"),
            ("DD_SITE", "datadoghq.eu"),
            ("DD_ENV", "{env}"),
        ],
    },
    Example {
        template: "sentry",
        name: "sentry",
        environments: &["prod"],
        tags: "observability",
        note: "",
        keys: &[("SENTRY_DSN", "https://demo@errors.acme.example/1")],
    },
    Example {
        template: "github",
        name: "github",
        environments: &["dev"],
        tags: "deploy",
        note: "Expires in March",
        keys: &[("GITHUB_TOKEN", "demo-github-not-a-real-token")],
    },
    Example {
        template: "slack",
        name: "slack",
        environments: &["prod"],
        tags: "support",
        note: "Posts to #incidents",
        keys: &[("SLACK_BOT_TOKEN", "demo-slack-not-a-real-token")],
    },
    Example {
        template: "smtp",
        name: "smtp",
        environments: &["staging", "prod"],
        tags: "mail",
        note: "",
        keys: &[
            ("SMTP_HOST", "mail.acme.example"),
            ("SMTP_PORT", "587"),
            ("SMTP_USERNAME", "{env}@acme.example"),
            ("SMTP_PASSWORD", "demo-smtp-{env}-made-up-password"),
            ("SMTP_FROM", "Acme <hello@acme.example>"),
        ],
    },
    Example {
        template: "",
        name: "feature-flags",
        environments: &["dev"],
        tags: "search",
        note: "Made by hand, from no template",
        keys: &[("FLAGS_SIGNING_KEY", "demo-flags-made-up-key"), ("FLAGS_REFRESH_SECONDS", "30")],
    },
    Example {
        template: "sendgrid",
        name: "sendgrid",
        environments: &["prod"],
        tags: "mail",
        note: "Before we had our own mail server",
        keys: &[("SENDGRID_API_KEY", "demo-sendgrid-not-a-real-key")],
    },
];

pub(super) const CHANGES: &[Change] = &[
    Change {
        name: "postgres",
        environment: "prod",
        key: "PGPASSWORD",
        value: "demo-prod-second-made-up-password",
        note: "Yearly rotation",
    },
    Change {
        name: "postgres",
        environment: "prod",
        key: "PGPASSWORD",
        value: "demo-prod-third-made-up-password",
        note: "The old one stood in a log",
    },
    Change {
        name: "openai",
        environment: "dev",
        key: "OPENAI_API_KEY",
        value: "demo-openai-dev-second-not-a-real-key",
        note: "New project",
    },
    Change {
        name: "stripe",
        environment: "prod",
        key: "STRIPE_WEBHOOK_SECRET",
        value: "demo-stripe-second-webhook-made-up",
        note: "New endpoint",
    },
];

/// Deleted, and still in the trash.
pub(super) const TRASHED: [(&str, &str); 2] = [("sendgrid", "prod"), ("redis", "staging")];
