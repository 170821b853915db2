"""Starts and stops service bots that are components of the same server. Each session has a launcher of its own."""

from parlor_sdk import *


class Components(ServiceLauncher):
    def __init__(self):
        # Those that run, in the order of their starts.
        self.running = []

    def start_service(self, service, token, manager, app_data):
        # Where there is no such service this raises a `LaunchError`, which the host is told.
        components.launch(service, token, app_data)
        if service not in self.running:
            self.running.append(service)

    def stop_service(self, service, manager):
        components.terminate(service)
        if service in self.running:
            self.running.remove(service)

    def stop_all_services(self, manager):
        for service in self.running:
            components.terminate(service)
        self.running = []
