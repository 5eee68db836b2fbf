//! `/webhooks` and `/notifications`, and `/retention` of old versions.

use model::api::{
    ChangeWebhook, DeliveryList, DeliveryView, KeepVersions, MadeWebhook, MakeWebhook,
    NotificationSettings, RetentionView, SetNotifications, WebhookList, WebhookSecret, WebhookView,
};
use model::{DeliveryId, WebhookId};

use crate::Result;
use crate::transport::{Client, Request};

impl Client {
    /// The workspace's webhooks.
    pub fn webhooks(&self) -> Result<WebhookList> {
        self.ask(Request::get("/webhooks"))
    }

    /// One webhook.
    pub fn webhook(&self, id: WebhookId) -> Result<WebhookView> {
        self.ask(Request::get(format!("/webhooks/{id}")))
    }

    /// Makes a webhook.
    pub fn make_webhook(&self, new: &MakeWebhook) -> Result<MadeWebhook> {
        self.ask(Request::post("/webhooks").json(new))
    }

    /// Changes a webhook.
    pub fn change_webhook(&self, id: WebhookId, change: &ChangeWebhook) -> Result<WebhookView> {
        self.ask(Request::patch(format!("/webhooks/{id}")).json(change))
    }

    /// Deletes a webhook, and the log of its messages.
    pub fn delete_webhook(&self, id: WebhookId) -> Result<()> {
        self.tell(Request::delete(format!("/webhooks/{id}")))
    }

    /// Gives a webhook another signing secret.
    pub fn rotate_webhook_secret(&self, id: WebhookId) -> Result<WebhookSecret> {
        self.ask(Request::post(format!("/webhooks/{id}/rotate-secret")))
    }

    /// Has a test sent. The answer does not wait for it.
    pub fn test_webhook(&self, id: WebhookId) -> Result<DeliveryView> {
        self.ask(Request::post(format!("/webhooks/{id}/test")))
    }

    /// The messages of the last 30 days, the newest first.
    pub fn deliveries(&self, id: WebhookId) -> Result<DeliveryList> {
        self.ask(Request::get(format!("/webhooks/{id}/deliveries")))
    }

    /// Has a message sent once more.
    pub fn redeliver(&self, id: WebhookId, delivery: DeliveryId) -> Result<DeliveryView> {
        self.ask(Request::post(format!("/webhooks/{id}/deliveries/{delivery}/redeliver")))
    }

    /// How often one is reminded by mail.
    pub fn notifications(&self) -> Result<NotificationSettings> {
        self.ask(Request::get("/notifications"))
    }

    /// Says how often one is reminded by mail.
    pub fn set_notifications(&self, set: &SetNotifications) -> Result<NotificationSettings> {
        self.ask(Request::put("/notifications").json(set))
    }

    /// How long the workspace keeps the values of old versions.
    pub fn retention(&self) -> Result<RetentionView> {
        self.ask(Request::get("/retention"))
    }

    /// Says how long it keeps them; for ever with nothing.
    pub fn set_retention(&self, keep: Option<KeepVersions>) -> Result<()> {
        match keep {
            Some(keep) => self.tell(Request::put("/retention").json(&keep)),
            None => self.tell(Request::delete("/retention")),
        }
    }
}
