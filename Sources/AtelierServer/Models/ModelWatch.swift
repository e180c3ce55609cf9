import Logging
import ServiceLifecycle

/// Follows what other processes do to the model store, such as `atelier models promote`.
struct ModelWatch: Service {
  let models: ServedModels
  let logger: Logger

  /// How often it looks: what another server promotes is served here within five seconds, loading
  /// included.
  private static let interval = Duration.seconds(2)

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try? await Task.sleep(for: Self.interval)
        switch await models.refresh() {
        case .switched(let model):
          logger.notice(
            "another model version is served", metadata: ["model_version": .string(model.name)])
        case .refused(let version, let reason):
          logger.error(
            "the promoted model version cannot be served; the one before goes on",
            metadata: ["model_version": .string(version ?? ""), "reason": .string(reason)])
        case nil: break
        }
      }
    }
  }
}
