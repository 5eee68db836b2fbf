//! As much of a browser as the server can tell.

use std::fmt::Write as _;

use model::api::LoginAnswer;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;
use ureq::http::header::{CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE};

use crate::server::{EMAIL, PASSWORD, Server};

/// A signed-in browser that runs scripts.
pub(crate) struct Browser {
    agent: Agent,
    url: String,
    cookie: String,
    /// What every form names.
    pub(crate) workspace: String,
}

impl Browser {
    pub(crate) fn sign_in(server: &Server) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None);
        let mut browser = Self {
            agent: config.build().into(),
            url: server.url.clone(),
            cookie: String::new(),
            workspace: String::new(),
        };
        let form = [("email", EMAIL), ("password", PASSWORD), ("next", "/")];
        let answer = browser.post("/sign-in", FORM, &url_encoded(&form));
        let pairs = answer
            .headers()
            .get_all(SET_COOKIE)
            .iter()
            .map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
        browser.cookie = pairs.collect::<Vec<_>>().join("; ");
        let page = browser.page("/environments");
        let (_, rest) = page.split_once(r#"name="workspace" value=""#).expect("a form names it");
        rest.split('"').next().unwrap().clone_into(&mut browser.workspace);
        browser
    }

    /// A token for this person's command line, with the password just confirmed.
    pub(crate) fn command_line_token(&self, server: &Server) -> String {
        let anyone = server.client(None);
        let asked = anyone.start_login("a laptop").unwrap();
        self.approve(&asked.code);
        let LoginAnswer::Approved { token } = anyone.poll_login(&asked.poll).unwrap() else {
            panic!("it was approved")
        };
        let token = token.dangerously_expose().to_owned();
        self.approve(&server.client(Some(&token)).start_sudo().unwrap().code);
        token
    }

    fn approve(&self, code: &str) {
        let form = [
            ("workspace", self.workspace.as_str()),
            ("asks", "answer"),
            ("code", code),
            ("approve", "true"),
        ];
        let (status, page) = self.post_page("/device", &form);
        assert_eq!(status, 303, "{page}");
    }

    /// Calls a server function that takes a form.
    pub(crate) fn send_form(&self, function: &str, form: &[(&str, &str)]) -> Result<Value, String> {
        told(self.post(&format!("/fn/{function}"), FORM, &url_encoded(form)))
    }

    /// Calls a server function that takes JSON.
    pub(crate) fn send_json(&self, function: &str, json: &Value) -> Result<Value, String> {
        told(self.post(&format!("/fn/{function}"), "application/json", &json.to_string()))
    }

    /// Opens a page that the server alone draws.
    pub(crate) fn page(&self, path: &str) -> String {
        let request = self.agent.get(format!("{}{path}", self.url));
        let mut answer = request.header(COOKIE, &self.cookie).call().unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.body_mut().read_to_string().unwrap()
    }

    /// Sends a form of a page that the server alone draws: the status, and the page.
    pub(crate) fn post_page(&self, path: &str, form: &[(&str, &str)]) -> (u16, String) {
        let mut answer = self.post(path, FORM, &url_encoded(form));
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    }

    fn post(&self, path: &str, kind: &str, body: &str) -> Response<ureq::Body> {
        let request = self.agent.post(format!("{}{path}", self.url));
        let request = request.header(ORIGIN, &self.url).header(CONTENT_TYPE, kind);
        request.header(COOKIE, &self.cookie).send(body).unwrap()
    }
}

/// What a server function answers, or the error that it tells.
fn told(mut answer: Response<ureq::Body>) -> Result<Value, String> {
    let body = answer.body_mut().read_to_string().unwrap();
    if answer.status().is_client_error() || answer.status().is_server_error() {
        return Err(body);
    }
    Ok(serde_json::from_str(&body).unwrap_or_else(|_| panic!("no JSON: {body}")))
}

fn url_encoded(form: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (name, value) in form {
        // As HTML has it, "Constructing the entry list".
        let value = value.replace('\n', "\r\n");
        let (name, value) = (encoded(name), encoded(&value));
        let mark = if body.is_empty() { "" } else { "&" };
        write!(body, "{mark}{name}={value}").unwrap();
    }
    body
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

const FORM: &str = "application/x-www-form-urlencoded";
