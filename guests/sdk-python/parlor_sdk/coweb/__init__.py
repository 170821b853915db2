"""Collaboration sessions: what decides about them, and the bots that serve in them.

Each kind of manager is a class: `AuthManager`, `AccessManager`, `Updater`, `ServiceLauncher`, `ServiceManager`; and so
is a service bot, `SessionBot`. A subclass is yours, and needs no more than to be written. What the host gives is in
`bridge`, `components`, `sockets`, `processes` and `session`.
"""
