//! Help: the commands name this server, and what there is already.

use super::support::{HTTP, Site};

#[tokio::test]
async fn the_first_steps_name_the_server_and_the_secret() {
    let site = Site::set_up().await;
    let mut browser = site.owner().await;
    let empty = browser.get("/help").await;
    assert!(empty.body.contains("keyloft run -e dev -s NAME -- python train.py"), "{}", empty.body);
    assert!(empty.body.contains(&format!("keyloft login {HTTP} -e dev")), "{}", empty.body);
    assert!(!empty.body.contains("Done"), "{}", empty.body);

    let owner = site.caller().await;
    site.secret(&owner, "prod", "huggingface", &[("HF_TOKEN", "kestrel")]).await;
    let begun = browser.get("/help").await;
    assert!(begun.body.contains("keyloft run -e prod -s huggingface -- python train.py"));
    assert_eq!(begun.body.matches("Done").count(), 1, "{}", begun.body);
    site.command_line(&owner).await;
    assert_eq!(browser.get("/help").await.body.matches("Done").count(), 2);
    assert!(!begun.body.contains("kestrel"), "{}", begun.body);
}
