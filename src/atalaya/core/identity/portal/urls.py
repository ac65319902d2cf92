"""The addresses of signing in and of one's own account."""

from __future__ import annotations

from django.urls import path

from atalaya.core.identity.portal.views import (
    account,
    keys,
    passwords,
    proving,
    second_steps,
    signing_in,
)

urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-in/link/", signing_in.ask_for_link, name="ask_for_link"),
    path("sign-in/link/<str:token>/", signing_in.follow, name="follow_link"),
    path("sign-in/code/", signing_in.code, name="code"),
    path("sign-in/password/", signing_in.forgot_password, name="forgot_password"),
    path("sign-in/password/<str:token>/", passwords.choose, name="choose_password"),
    path("sign-in/challenge/", proving.passkey_challenge, name="passkey_challenge"),
    path("sign-in/passkey/", proving.sign_in_with_passkey, name="sign_in_with_passkey"),
    path("sign-in/again/", proving.again, name="again"),
    path("sign-in/again/passkey/", proving.again_with_passkey, name="again_with_passkey"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("account/", account.account, name="account"),
    path("account/look/", account.look, name="look"),
    path("account/password/", passwords.change, name="password"),
    path("account/sessions/others/end/", account.end_other_sessions, name="end_other_sessions"),
    path("account/sessions/<int:session_id>/end/", account.end_session, name="end_session"),
    path("account/app/", second_steps.app, name="app"),
    path("account/passkeys/", second_steps.add_passkey, name="add_passkey"),
    path("account/passkeys/options/", second_steps.passkey_options, name="passkey_options"),
    path(
        "account/passkeys/<int:factor_id>/name/", second_steps.rename_passkey, name="rename_passkey"
    ),
    path("account/steps/<int:factor_id>/remove/", second_steps.remove, name="remove_factor"),
    path("account/recovery-codes/", second_steps.recovery_codes, name="recovery_codes"),
    path("account/keys/", keys.make, name="make_key"),
    path("account/keys/<int:key_id>/revoke/", keys.revoke, name="revoke_key"),
]
