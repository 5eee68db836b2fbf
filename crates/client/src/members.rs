//! `/members`, `/invitations`, `/workspaces`, `/second-factor`

use model::api::{
    ChangeGrants, ChangeRole, InvitationList, Invite, KnownSecrets, MadeInvitation, MakeWorkspace,
    MemberList, MemberView, RequireSecondFactor, SecondFactorView, WorkspaceList, WorkspaceView,
};
use model::{Role, TokenId, UserId, WorkspaceId};

use crate::Result;
use crate::transport::{Client, Request};

impl Client {
    /// The members of the workspace.
    pub fn members(&self) -> Result<MemberList> {
        self.ask(Request::get("/members"))
    }

    /// Gives a member another role.
    pub fn change_role(&self, user: UserId, role: Role) -> Result<MemberView> {
        self.ask(Request::patch(format!("/members/{user}")).json(&ChangeRole { role }))
    }

    /// Says what a member may beyond their role.
    pub fn change_grants(&self, user: UserId, change: &ChangeGrants) -> Result<MemberView> {
        self.ask(Request::put(format!("/members/{user}/grants")).json(change))
    }

    /// Ends a membership; tells what the person may know.
    pub fn remove_member(&self, user: UserId) -> Result<KnownSecrets> {
        self.ask(Request::delete(format!("/members/{user}")))
    }

    /// The invitations that wait for an answer.
    pub fn invitations(&self) -> Result<InvitationList> {
        self.ask(Request::get("/invitations"))
    }

    /// Invites somebody; the link is in this answer and nowhere else.
    pub fn invite(&self, invite: &Invite) -> Result<MadeInvitation> {
        self.ask(Request::post("/invitations").json(invite))
    }

    /// Gives an invitation another link.
    pub fn resend_invitation(&self, id: &TokenId) -> Result<MadeInvitation> {
        self.ask(Request::post(format!("/invitations/{id}/resend")))
    }

    /// The workspaces of the person who asks.
    pub fn workspaces(&self) -> Result<WorkspaceList> {
        self.ask(Request::get("/workspaces"))
    }

    /// Makes a workspace.
    pub fn make_workspace(&self, new: &MakeWorkspace) -> Result<WorkspaceView> {
        self.ask(Request::post("/workspaces").json(new))
    }

    /// From which role on the workspace asks for a second factor.
    pub fn second_factor(&self) -> Result<SecondFactorView> {
        self.ask(Request::get("/second-factor"))
    }

    /// Asks for a second factor from this role on.
    pub fn require_second_factor(&self, from: Role) -> Result<()> {
        self.tell(Request::put("/second-factor").json(&RequireSecondFactor { from }))
    }

    /// Asks nobody for a second factor.
    pub fn require_no_second_factor(&self) -> Result<()> {
        self.tell(Request::delete("/second-factor"))
    }

    /// Takes the command line to another workspace.
    pub fn switch_workspace(&self, id: WorkspaceId) -> Result<WorkspaceView> {
        self.ask(Request::post(format!("/workspaces/{id}/switch")))
    }
}
