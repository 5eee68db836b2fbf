//! How the server runs.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;
use governor::Quota;
use outbound::{Allowed, BadUrl, HttpUrl, MailServer, Mailer, Outbound};

use super::{ConfigError, Instance, InstanceOptions};
use crate::accept::ConnectionLimits;
use crate::checkpoints::{Sink, Syslog};
use crate::security::{Network, Protection, PublicUrl, RateLimits};

#[derive(Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct ServeOptions {
    /// The address and port to listen on
    #[arg(long, env = "KEYLOFT_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// The address that people type: https://… behind a proxy, or http on this machine
    /// [default: http:// and the address]
    #[arg(long, env = "KEYLOFT_PUBLIC_URL", value_name = "URL")]
    public_url: Option<PublicUrl>,
    /// A proxy whose X-Forwarded-For is believed, such as 10.0.0.0/8; may be given several times
    #[arg(long, env = "KEYLOFT_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',')]
    trusted_proxy: Vec<Network>,
    /// Requests a second that one address may make without showing a credential; 0 is no limit
    #[arg(long, env = "KEYLOFT_ANONYMOUS_RATE", value_name = "N", default_value_t = 20)]
    anonymous_rate: u32,
    /// Passwords and setup codes a minute that one address may try; 0 is no limit
    #[arg(long, env = "KEYLOFT_SIGN_IN_RATE", value_name = "N", default_value_t = 10)]
    sign_in_rate: u32,
    /// A private network and port that webhooks, rotators and mail may connect to, unencrypted too: 10.1.0.0/16:5432; may be given
    /// several times. Addresses that hand out a cloud's credentials cannot be allowed
    #[arg(long, env = "KEYLOFT_OUTBOUND_ALLOW", value_name = "CIDR:PORT", value_delimiter = ',')]
    outbound_allow: Vec<Allowed>,
    /// A file to append signed checkpoints of the audit log to, at most one a minute: on a disk that
    /// whoever can write to the database cannot write to
    #[arg(long, env = "KEYLOFT_AUDIT_CHECKPOINT_FILE", value_name = "FILE")]
    audit_checkpoint_file: Option<PathBuf>,
    /// A syslog to send them to: `udp:HOST:PORT` or `unix:/dev/log`
    #[arg(long, env = "KEYLOFT_AUDIT_CHECKPOINT_SYSLOG", value_name = "ADDRESS")]
    audit_checkpoint_syslog: Option<Syslog>,
    /// A program to post them to, as JSON
    #[arg(long, env = "KEYLOFT_AUDIT_CHECKPOINT_URL", value_name = "URL", value_parser = HttpUrl::parse)]
    audit_checkpoint_url: Option<HttpUrl>,
    /// Tell at `/metrics`, to whoever reaches the server, how many secrets wait for a rotation
    #[arg(long, env = "KEYLOFT_METRICS")]
    metrics: bool,
    /// The mail server, for invitations and reminders: `smtps://USER:PASSWORD@HOST:465` or `smtp://USER:PASSWORD@HOST:587`, which
    /// turns to TLS first; `?tls=none` does not, where --outbound-allow has the address
    #[arg(long, env = "KEYLOFT_SMTP_URL", value_name = "URL", hide_env_values = true)]
    #[arg(requires = "smtp_from", value_parser = parse_smtp)]
    smtp_url: Option<MailServer>,
    /// A file with the mail server's URL, which holds a password
    #[arg(long, env = "KEYLOFT_SMTP_URL_FILE", value_name = "FILE")]
    #[arg(requires = "smtp_from", conflicts_with = "smtp_url")]
    smtp_url_file: Option<PathBuf>,
    /// Who mail comes from: an address, or `Name <address>`
    #[arg(long, env = "KEYLOFT_SMTP_FROM", value_name = "ADDRESS")]
    smtp_from: Option<String>,
    /// Start with a workspace full of examples, in DIR/demo
    #[arg(long, env = "KEYLOFT_DEMO")]
    demo: bool,
    /// Let the SQLite file grow to this many pages of 4 KiB and no further
    #[arg(long, env = "KEYLOFT_SQLITE_MAX_PAGES", value_name = "N", hide = true)]
    sqlite_max_pages: Option<u32>,
    /// Show every component of the dashboard in every state at /dev/ui
    #[arg(long, env = "KEYLOFT_COMPONENTS", hide = true)]
    components: bool,
}

/// [`ServeOptions`] that fit together.
#[derive(Debug)]
pub(crate) struct ServeConfig {
    pub(crate) instance: Instance,
    pub(crate) listen: SocketAddr,
    pub(crate) demo: bool,
    pub(crate) metrics: bool,
    pub(crate) components: bool,
    /// Where checkpoints of the audit log go.
    pub(crate) checkpoints: Vec<Sink>,
    pub(crate) outbound: Outbound,
    /// What sends mail, if that is set up.
    pub(crate) mailer: Option<Mailer>,
    public_url: Option<PublicUrl>,
    trusted_proxies: Vec<Network>,
    rates: RateLimits,
}

impl ServeOptions {
    pub(crate) fn resolve(
        self,
        instance: InstanceOptions,
        root_key: Option<String>,
    ) -> Result<ServeConfig, ConfigError> {
        let mut instance = if self.demo {
            instance.resolve_demo(root_key.as_deref())?
        } else {
            instance.resolve(root_key)?
        };
        if let Some(pages) = self.sqlite_max_pages {
            instance.limit_pages(pages)?;
        }
        let outbound = Outbound::new(self.outbound_allow);
        let server = match (self.smtp_url, self.smtp_url_file) {
            (None, Some(file)) => {
                let url = super::instance::read(&file)?;
                Some(MailServer::parse(&url).map_err(ConfigError::Smtp)?)
            }
            (server, _) => server,
        };
        let mailer = match (server, self.smtp_from) {
            (Some(server), Some(from)) => {
                let mailer = Mailer::new(outbound.clone(), server, &from);
                Some(mailer.map_err(ConfigError::SmtpFrom)?)
            }
            _ => None,
        };
        let config = ServeConfig {
            instance,
            listen: self.listen,
            demo: self.demo,
            metrics: self.metrics,
            components: self.components,
            checkpoints: (self.audit_checkpoint_file.map(Sink::File).into_iter())
                .chain(self.audit_checkpoint_syslog.map(Sink::Syslog))
                .chain(self.audit_checkpoint_url.map(Sink::Webhook))
                .collect(),
            outbound,
            mailer,
            public_url: self.public_url,
            trusted_proxies: self.trusted_proxy,
            rates: RateLimits {
                anonymous: NonZeroU32::new(self.anonymous_rate)
                    .map(|rate| Quota::per_second(rate).allow_burst(rate.saturating_mul(TWO))),
                auth: NonZeroU32::new(self.sign_in_rate).map(Quota::per_minute),
            },
        };
        // Again once the port is known; now, so that nothing is made before it is refused.
        config.public_url(config.listen)?;
        Ok(config)
    }
}

const TWO: NonZeroU32 = NonZeroU32::new(2).expect("not zero");

fn parse_smtp(text: &str) -> Result<MailServer, BadUrl> {
    MailServer::parse(text)
}

impl ServeConfig {
    /// The address that people type, when the server listens on `bound`.
    pub(crate) fn public_url(&self, bound: SocketAddr) -> Result<PublicUrl, ConfigError> {
        let url = self.public_url.clone().unwrap_or_else(|| {
            format!("http://{bound}").parse().expect("an address and a port make a URL")
        });
        if url.is_https() || url.is_loopback() {
            Ok(url)
        } else {
            Err(ConfigError::PlainHttp(url.into()))
        }
    }

    /// Whether clients cannot be told apart: whoever speaks TLS for us is in front of all of them.
    pub(crate) fn hides_clients(&self, public_url: &PublicUrl) -> bool {
        public_url.is_https() && self.trusted_proxies.is_empty()
    }

    pub(crate) fn protection(&self, public_url: PublicUrl) -> Protection {
        Protection {
            trusted_proxies: self.trusted_proxies.clone(),
            rates: self.rates,
            ..Protection::of(public_url)
        }
    }

    pub(crate) fn connection_limits(&self) -> ConnectionLimits {
        let mut limits = ConnectionLimits::default();
        limits.uncounted.extend_from_slice(&self.trusted_proxies);
        limits
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::{Arguments, Command};
    use super::*;

    fn config(arguments: &[&str]) -> Result<ServeConfig, String> {
        let typed = ["keyloft-server", "serve"].iter().chain(arguments);
        let Arguments { instance, command, .. } =
            Arguments::try_parse_from(typed).map_err(|error| error.to_string())?;
        let Some(Command::Serve(options)) = command else { panic!("not serve") };
        options.resolve(instance, None).map_err(|error| error.to_string())
    }

    fn public_url(arguments: &[&str]) -> Result<String, String> {
        let config = config(arguments)?;
        Ok(config.public_url(config.listen).unwrap().to_string())
    }

    #[test]
    fn the_public_url_is_the_address_unless_told_otherwise() {
        let with = |arguments: &[&str]| public_url(arguments).unwrap();
        assert_eq!(with(&[]), "http://127.0.0.1:3000");
        assert_eq!(with(&["--listen", "[::1]:8080"]), "http://[::1]:8080");
        let behind = ["--listen", "0.0.0.0:3000", "--public-url", "https://keyloft.example.com"];
        assert_eq!(with(&behind), "https://keyloft.example.com");
        let container = ["--listen", "0.0.0.0:3000", "--public-url", "http://localhost:3000"];
        assert_eq!(with(&container), "http://localhost:3000");
    }

    #[test]
    fn passwords_do_not_cross_a_network_in_the_clear() {
        for (arguments, url) in [
            (&["--listen", "0.0.0.0:3000"][..], "http://0.0.0.0:3000"),
            (&["--public-url", "http://keyloft.example.com"], "http://keyloft.example.com"),
        ] {
            let error = public_url(arguments).unwrap_err();
            assert!(error.starts_with(&format!("{url} would send passwords")), "{error}");
            assert!(error.contains("--public-url https://… --trusted-proxy CIDR"), "{error}");
        }
    }

    #[test]
    fn the_rate_limits_are_those_of_the_defaults_and_can_be_switched_off() {
        let rates = config(&[]).unwrap().rates;
        let RateLimits { anonymous, auth } = RateLimits::default();
        assert_eq!((rates.anonymous, rates.auth), (anonymous, auth));
        let rates = config(&["--anonymous-rate", "0", "--sign-in-rate", "0"]).unwrap().rates;
        assert_eq!((rates.anonymous, rates.auth), (None, None));
    }

    #[test]
    fn proxies_are_a_list() {
        let proxies = ["--trusted-proxy", "10.0.0.0/8,fd00::/8", "--trusted-proxy", "192.0.2.1"];
        let config = config(&proxies).unwrap();
        let limits = config.connection_limits();
        assert_eq!(limits.uncounted.len(), 2 + 3);
        let https: PublicUrl = "https://a.example".parse().unwrap();
        assert!(!config.hides_clients(&https));
        assert_eq!(config.protection(https).trusted_proxies.len(), 3);
    }

    #[test]
    fn the_size_of_a_file_is_for_sqlite() {
        let pages = ["--sqlite-max-pages", "100"];
        assert!(config(&pages).is_ok());
        let postgres = ["--database", "postgres://u@h/d", pages[0], pages[1]];
        assert!(config(&postgres).unwrap_err().contains("PostgreSQL"));
    }

    #[test]
    fn mail_takes_a_server_and_a_sender_and_shows_no_password() {
        let url = ["--smtp-url", "smtps://me:hunter2@mail.example.org"];
        assert!(config(&[]).unwrap().mailer.is_none());
        assert!(config(&url).unwrap_err().contains("--smtp-from"));
        let both = [url[0], url[1], "--smtp-from", "Keyloft <keyloft@example.org>"];
        let set_up = config(&both).unwrap();
        assert!(set_up.mailer.is_some() && !format!("{set_up:?}").contains("hunter2"));
        let error = config(&[both[0], both[1], both[2], "nobody"]).unwrap_err();
        assert!(error.starts_with("--smtp-from: expected an e-mail address"), "{error}");
        let error = config(&["--smtp-url", "imap://hunter2", "--smtp-from", "a@b.c"]).unwrap_err();
        assert!(error.contains("smtps://USER:PASSWORD@HOST:465"), "{error}");

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("smtp");
        std::fs::write(&file, "smtps://me:hunter2@mail.example.org\n").unwrap();
        let file = file.to_str().unwrap();
        assert!(config(&["--smtp-url-file", file, both[2], both[3]]).unwrap().mailer.is_some());
    }
}
