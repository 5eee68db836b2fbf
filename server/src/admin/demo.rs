//! `serve --demo`: a workspace to look around in, with made-up secrets and some history.

mod secrets;

use std::collections::HashMap;

use model::{
    DraftRow, Environment, KeyName, NewRow, NewSecret, NewValue, Role, SecretDraft, SecretId,
    SecretValue, ValueKind, WireValue,
};
use store::{Caller, NewWorkspace, Origin, Store, StoreError};

use self::secrets::{CHANGES, Change, Example, SECRETS, TRASHED};

pub(crate) const EMAIL: &str = "demo@example.org";
/// Known to everybody who reads this, and printed at each start: the demo holds nothing real.
pub(crate) const PASSWORD: &str = "correct-violet-otter-lantern";

/// Fills a store that is not set up; leaves any other as it is.
pub(crate) async fn fill(store: &Store) -> Result<(), StoreError> {
    if store.is_set_up().await? {
        return Ok(());
    }
    let caller = first_person(store).await?;
    bring_colleagues(store, &caller).await?;
    let environments = store.list_environments(&caller).await?;
    let mut made = HashMap::new();
    for example in SECRETS {
        for environment in environments.iter().filter(|e| example.lives_in(e)) {
            let id = create(store, &caller, example, environment).await?;
            made.insert((example.name, environment.name.to_string()), id);
        }
    }
    for change in CHANGES {
        edit(store, &caller, made[&(change.name, change.environment.to_owned())], change).await?;
    }
    look_around(store, &caller, &made).await?;
    for (name, environment) in TRASHED {
        let id = made[&(name, environment.to_owned())];
        let version = store.secret(&caller, id).await?.summary.version;
        store.trash_secret(&caller, id, version).await?;
    }
    store.sign_out(&caller).await
}

/// Whoever the demo's audit log shows at work, signed in.
async fn first_person(store: &Store) -> Result<Caller, StoreError> {
    let new = NewWorkspace {
        name: "Demo Owner".into(),
        email: EMAIL.into(),
        password: SecretValue::new(PASSWORD.into()),
        workspace: "Acme platform".into(),
    };
    store.setup_as_operator(new).await?;
    let origin =
        Origin { ip: "127.0.0.1".into(), user_agent: "demo".into(), request: String::new() };
    let password = SecretValue::new(PASSWORD.into());
    let signed_in = store.sign_in(EMAIL, password, &origin).await?;
    let session = signed_in.session().ok_or(StoreError::SignInFailed)?;
    store.open_session(SESSION, session, &origin).await?;
    let caller = store.session(SESSION).await?.ok_or(StoreError::SignInFailed)?;
    Ok(Caller { origin, ..caller })
}

/// One of each other role, who sign in with the same password.
async fn bring_colleagues(store: &Store, caller: &Caller) -> Result<(), StoreError> {
    for (role, name) in COLLEAGUES {
        let invited = store.invite(caller, &format!("{role}@example.org"), role).await?;
        let password = SecretValue::new(PASSWORD.into());
        store.accept_as_new(&invited.token, name, password, &caller.origin).await?;
    }
    Ok(())
}

const COLLEAGUES: [(Role, &str); 4] = [
    (Role::Admin, "Ada Admin"),
    (Role::Developer, "Dev Park"),
    (Role::Viewer, "Vera View"),
    (Role::Auditor, "Otto Audit"),
];

/// No cookie spells this, and the session ends with [`fill`].
const SESSION: &[u8] = b"the demo's first session";

impl Example {
    fn lives_in(&self, environment: &Environment) -> bool {
        self.environments.contains(&environment.name.as_str())
    }

    fn draft(&self, environment: &Environment) -> SecretDraft {
        let rows = self.keys.iter().map(|(key, value)| DraftRow {
            key: (*key).to_owned(),
            value: WireValue::new(value.replace("{env}", environment.name.as_str())),
            kind: self.kind_of(key),
            ..DraftRow::default()
        });
        SecretDraft {
            environments: vec![environment.id],
            template: self.template.to_owned(),
            name: self.name.to_owned(),
            rows: rows.collect(),
            note: self.note.to_owned(),
            tags: self.tags.to_owned(),
        }
    }

    /// As the template has it; values that no template knows are hidden.
    fn kind_of(&self, key: &str) -> ValueKind {
        let key = KeyName::parse(key).expect("our own keys are legal");
        catalog::template(self.template)
            .and_then(|template| template.key(&key))
            .map(|field| field.kind)
            .unwrap_or_default()
    }
}

async fn create(
    store: &Store,
    caller: &Caller,
    example: &Example,
    environment: &Environment,
) -> Result<SecretId, StoreError> {
    let new = example.draft(environment).parse()?;
    store.create_secret(caller, environment.id, new).await
}

/// Replaces one value; all else stays.
async fn edit(
    store: &Store,
    caller: &Caller,
    id: SecretId,
    change: &Change,
) -> Result<(), StoreError> {
    let before = store.secret(caller, id).await?;
    let rows = before.keys.into_iter().map(|info| NewRow {
        value: if info.name.as_str() == change.key {
            NewValue::Set(SecretValue::new(change.value.to_owned()))
        } else {
            NewValue::Kept { from: info.name.clone() }
        },
        key: info.name,
        kind: info.kind,
    });
    let new = NewSecret {
        name: before.summary.name,
        template: before.summary.template,
        rows: rows.collect(),
        note: change.note.to_owned(),
        tags: before.summary.tags,
    };
    store.edit_secret(caller, id, before.summary.version, new).await?;
    Ok(())
}

/// Opens some secrets and reveals some values, so that the audit log has reads to show.
async fn look_around(
    store: &Store,
    caller: &Caller,
    made: &HashMap<(&str, String), SecretId>,
) -> Result<(), StoreError> {
    for change in CHANGES {
        let id = made[&(change.name, change.environment.to_owned())];
        let key = KeyName::parse(change.key).expect("our own keys are legal");
        store.plain_values(caller, id).await?;
        store.reveal_value(caller, id, &key).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use store::{Clock, Location, RootKeySource};

    use super::*;

    #[test]
    fn every_example_fills_its_template() {
        for example in SECRETS.iter().filter(|example| !example.template.is_empty()) {
            let name = example.template;
            let template = catalog::template(name).unwrap_or_else(|| panic!("no template {name}"));
            let has = |wanted: &str| example.keys.iter().any(|(key, _)| *key == wanted);
            for (key, _) in example.keys {
                let key = KeyName::parse(key).unwrap();
                assert!(template.key(&key).is_some(), "{name} has no {key}");
            }
            // Of a group's keys, one group's are enough.
            let grouped = |name| template.groups.iter().any(|group| group.keys.contains(name));
            for field in
                template.keys.iter().filter(|field| field.required && !grouped(&field.name))
            {
                assert!(has(field.name.as_str()), "{name} wants {}", field.name);
            }
        }
    }

    #[tokio::test]
    async fn a_demo_is_filled_once() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite { file: folder.path().join("keyloft.db"), max_pages: None };
        let root_key = RootKeySource::File(folder.path().join("root.key"));
        let store = Store::open(&location, &root_key, Clock::System).await.unwrap();
        fill(&store).await.unwrap();
        fill(&store).await.unwrap();

        let password = SecretValue::new(PASSWORD.into());
        let signed_in = store.sign_in(EMAIL, password, &Origin::default()).await.unwrap();
        let session = signed_in.session().unwrap();
        store.open_session(b"a", session, &Origin::default()).await.unwrap();
        let caller = store.session(b"a").await.unwrap().unwrap();
        let listed = store.list_secrets(&caller, &model::ListQuery::default()).await.unwrap();
        assert_eq!((listed.total, store.list_trash(&caller).await.unwrap().len()), (25, 2));
        assert_eq!(store.list_sessions(&caller).await.unwrap().len(), 1);
        let rows = store.verify_chain(model::AuditChain::Workspace(caller.workspace)).await;
        assert!(rows.unwrap().rows > 40);
    }
}
