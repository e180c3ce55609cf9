import APIKeys
import Logging
import OpenInference
import OpenTelemetry
import Tracing

/// What answers calls over gRPC: the same service as over HTTP, with the same keys, limits, log and
/// metrics.
struct RPCBackend: InferenceBackend {
  let service: OpenInferenceService
  let verifier: KeyVerifier
  let authenticator: Authenticator
  let metrics: ServiceMetrics
  let tracing: RequestTracing?
  let logger: Logger

  /// The calls that need a key, as the metrics name them.
  static let routes = [
    "ModelReady", "ServerMetadata", "ModelMetadata", "ModelInfer", "ModelStreamInfer",
    "ModelConfig", "ModelStatistics", "RepositoryIndex", "RepositoryModelLoad",
    "RepositoryModelUnload",
  ].map { "/inference.GRPCInferenceService/" + $0 }

  var metadata: ServerMetadata { OpenInferenceService.metadata }

  func answer<Value: Sendable>(
    _ call: IncomingCall, needing access: CallAccess?,
    _ body: @Sendable (RPCCaller) async throws(OpenInferenceError) -> Value
  ) async throws(OpenInferenceError) -> Value {
    metrics.requestStarted()
    var caller = RPCCaller(call, sampler: tracing?.sampler)
    do throws(OpenInferenceError) {
      if let access { caller.key = try await admit(call, caller, access) }
      let value = try await body(caller)
      ended(call, caller, failure: nil)
      return value
    } catch {
      ended(call, caller, failure: error)
      throw error
    }
  }

  private func admit(
    _ call: IncomingCall, _ caller: RPCCaller, _ access: CallAccess
  ) async throws(OpenInferenceError) -> APIKey {
    let role: Role =
      switch access {
      case .predict: .predict
      case .read: .read
      case .admin: .admin
      }
    do throws(APIError) {
      let key = try await verifier.key(
        forSecret: call.key,
        from: .init(
          requestID: caller.requestID, clientAddress: call.clientAddress, method: "gRPC",
          path: "/" + call.method))
      caller.notes.note { $0.keyID = key.id }
      _ = try await authenticator.admit(key, needing: role)
      return key
    } catch {
      throw OpenInferenceError(error)
    }
  }

  private func ended(_ call: IncomingCall, _ caller: RPCCaller, failure: OpenInferenceError?) {
    let duration = ContinuousClock.now - caller.start
    let notes = caller.notes.current
    let status = failure?.equivalentStatus ?? 200
    let path = "/" + call.method
    metrics.requestEnded(
      method: "gRPC", route: path, status: status, duration: duration, isStreamed: false,
      notes: notes)
    tracing?.record(
      .init(
        name: call.method, trace: caller.trace, start: caller.start, duration: duration,
        failed: status >= 500,
        attributes: [
          "rpc.system": "grpc", "rpc.method": .string(call.method),
          "client.address": .string(caller.clientAddress),
        ]), notes)
    logger.log(
      RequestLogEntry(
        requestID: caller.requestID, trace: caller.trace, clientAddress: caller.clientAddress,
        method: "gRPC", path: path, status: status, duration: duration, notes: notes,
        errorCode: failure?.kind.rawValue), route: path)
  }

  func isReady() async -> Bool { await service.readiness.report().isReady }

  func isReady(model: String, version: String) async throws(OpenInferenceError) -> Bool {
    try await converting { () async throws(APIError) in
      try await service.isReady(model, version)
    }
  }

  func metadata(model: String, version: String) async throws(OpenInferenceError) -> ModelMetadata {
    try await converting { () async throws(APIError) in
      try await service.metadata(model, version)
    }
  }

  func infer(
    _ request: InferRequest, model: String, version: String, for caller: RPCCaller
  ) async throws(OpenInferenceError) -> InferResponse {
    try await converting { () async throws(APIError) in
      try await service.infer(request, model, version, for: caller)
    }
  }

  func statistics(
    model: String, version: String
  ) async throws(OpenInferenceError) -> [ModelStatistics] {
    try await converting { () async throws(APIError) in
      try await service.statistics(model, version)
    }
  }

  func index() async throws(OpenInferenceError) -> [ModelIndexEntry] {
    try await converting { () async throws(APIError) in try await service.index() }
  }

  func load(model: String) async throws(OpenInferenceError) {
    try await converting { () async throws(APIError) in try await service.load(model) }
  }

  func unload(model: String) async throws(OpenInferenceError) {
    try await converting { () async throws(APIError) in try await service.unload(model) }
  }

  private func converting<Value: Sendable>(
    _ body: () async throws(APIError) -> Value
  ) async throws(OpenInferenceError) -> Value {
    do throws(APIError) {
      return try await body()
    } catch {
      throw OpenInferenceError(error)
    }
  }
}
