import ServiceLifecycle

extension ServiceGroupConfiguration.ServiceConfiguration {
  /// A service that logs call by its type. Its description, the default, would be everything that is in
  /// it, and takes milliseconds of the start to write.
  init(
    _ service: any Service, successTerminationBehavior: TerminationBehavior = .cancelGroup
  ) {
    self.init(
      service: service, successTerminationBehavior: successTerminationBehavior,
      serviceName: "\(type(of: service))")
  }
}
