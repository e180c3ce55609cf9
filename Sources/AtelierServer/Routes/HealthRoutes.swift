import HTTPTypes
import Hummingbird

/// The probes of orchestrators, open to all.
struct HealthRoutes: Sendable {
  let readiness: Readiness

  var endpoints: [Endpoint] {
    [
      Endpoint(.get, "/health/live", statuses: [200], place: .eventLoop) { _, _ in
        .json(["status": "alive"], headers: Self.headers)
      },
      Endpoint(.get, "/health/ready", statuses: [200, 503], handler: ready),
    ]
  }

  private static let headers: HTTPFields = [.cacheControl: "no-store"]

  @Sendable private func ready(_ request: Request, _ context: ServiceContext) async -> Response {
    let report = await readiness.report()
    let status = report.isDraining ? "draining" : report.isReady ? "ready" : "not ready"
    return .json(
      [
        "status": .string(status),
        "database": .string(report.databaseAnswers ? "ready" : "not ready"),
        "engines": .array(report.engines.map { .string($0) }),
      ], status: report.isReady ? .ok : .serviceUnavailable, headers: Self.headers)
  }
}
