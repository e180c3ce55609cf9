import GRPCCore
import OpenInference
import SwiftProtobuf

/// `inference.GRPCInferenceService` over a backend.
struct InferenceService<Backend: InferenceBackend>: Inference_GRPCInferenceService.ServiceProtocol {
  let backend: Backend
  /// Bytes that the elements of a message's tensors may have.
  let messageLimit: Int

  func serverLive(
    request: ServerRequest<Inference_ServerLiveRequest>, context: ServerContext
  ) async throws -> ServerResponse<Inference_ServerLiveResponse> {
    try await answer(request, context, needing: nil) { _, _ in .with { $0.live = true } }
  }

  func serverReady(
    request: ServerRequest<Inference_ServerReadyRequest>, context: ServerContext
  ) async throws -> ServerResponse<Inference_ServerReadyResponse> {
    try await answer(request, context, needing: nil) { [backend] _, _ in
      let isReady = await backend.isReady()
      return .with { $0.ready = isReady }
    }
  }

  func modelReady(
    request: ServerRequest<Inference_ModelReadyRequest>, context: ServerContext
  ) async throws -> ServerResponse<Inference_ModelReadyResponse> {
    try await answer(request, context, needing: .predict) {
      [backend] message, _ async throws(OpenInferenceError) in
      let isReady = try await backend.isReady(model: message.name, version: message.version)
      return .with { $0.ready = isReady }
    }
  }

  func serverMetadata(
    request: ServerRequest<Inference_ServerMetadataRequest>, context: ServerContext
  ) async throws -> ServerResponse<Inference_ServerMetadataResponse> {
    try await answer(request, context, needing: .predict) { [backend] _, _ in
      .with {
        $0.name = backend.metadata.name
        $0.version = backend.metadata.version
        $0.extensions = backend.metadata.extensions
      }
    }
  }

  func modelMetadata(
    request: ServerRequest<Inference_ModelMetadataRequest>, context: ServerContext
  ) async throws -> ServerResponse<Inference_ModelMetadataResponse> {
    try await answer(request, context, needing: .predict) {
      [backend] message, _ async throws(OpenInferenceError) in
      .init(try await backend.metadata(model: message.name, version: message.version))
    }
  }

  func modelInfer(
    request: ServerRequest<Inference_ModelInferRequest>, context: ServerContext
  ) async throws -> ServerResponse<Inference_ModelInferResponse> {
    try await answer(request, context, needing: .predict) {
      message, caller async throws(OpenInferenceError) in
      try await infer(message, for: caller)
    }
  }

  func modelStreamInfer(
    request: StreamingServerRequest<Inference_ModelInferRequest>, context: ServerContext
  ) async throws -> StreamingServerResponse<Inference_ModelStreamInferResponse> {
    let call = IncomingCall(request.metadata, context)
    return StreamingServerResponse { writer in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for try await message in request.messages {
            // In a task of its own, so that what has begun is answered when the server stops.
            try await Task { try await writer.write(streamed(message, call)) }.value
          }
        }
        group.addTask {
          try await context.cancellation.cancelled
          throw RPCError(code: .unavailable, message: "the service is stopping, or you have gone")
        }
        defer { group.cancelAll() }
        _ = try await group.next()
      }
      return [:]
    }
  }

  /// The answer to a message of a stream, which goes on after errors of one.
  private func streamed(
    _ message: Inference_ModelInferRequest, _ call: IncomingCall
  ) async throws(RPCError) -> Inference_ModelStreamInferResponse {
    do throws(OpenInferenceError) {
      let response = try await backend.answer(call, needing: .predict) {
        caller async throws(OpenInferenceError) in
        try await infer(message, for: caller)
      }
      return .with { $0.inferResponse = response }
    } catch {
      // Without a key that works, no message of the stream will ever be answered.
      if [.unauthenticated, .permissionDenied].contains(error.kind) { throw RPCError(error) }
      return .with {
        $0.errorMessage = error.message
        $0.inferResponse.id = message.id
      }
    }
  }

  func modelConfig(
    request: ServerRequest<Inference_ModelConfigRequest>, context: ServerContext
  ) async throws -> ServerResponse<Inference_ModelConfigResponse> {
    try await answer(request, context, needing: .predict) {
      [backend] message, _ async throws(OpenInferenceError) in
      let metadata = try await backend.metadata(model: message.name, version: message.version)
      return .with { $0.config = .init(metadata) }
    }
  }

  func modelStatistics(
    request: ServerRequest<Inference_ModelStatisticsRequest>, context: ServerContext
  ) async throws -> ServerResponse<Inference_ModelStatisticsResponse> {
    try await answer(request, context, needing: .read) {
      [backend] message, _ async throws(OpenInferenceError) in
      let statistics = try await backend.statistics(model: message.name, version: message.version)
      return .with { $0.modelStats = statistics.map { .init($0) } }
    }
  }

  func repositoryIndex(
    request: ServerRequest<Inference_RepositoryIndexRequest>, context: ServerContext
  ) async throws -> ServerResponse<Inference_RepositoryIndexResponse> {
    try await answer(request, context, needing: .admin) {
      [backend] message, _ async throws(OpenInferenceError) in
      let entries = try await backend.index()
      return .with {
        $0.models = entries.filter { $0.isReady || !message.ready }.map { .init($0) }
      }
    }
  }

  func repositoryModelLoad(
    request: ServerRequest<Inference_RepositoryModelLoadRequest>, context: ServerContext
  ) async throws -> ServerResponse<Inference_RepositoryModelLoadResponse> {
    try await answer(request, context, needing: .admin) {
      [backend] message, _ async throws(OpenInferenceError) in
      guard message.parameters.isEmpty else { throw .loadParameters }
      try await backend.load(model: message.modelName)
      return .init()
    }
  }

  func repositoryModelUnload(
    request: ServerRequest<Inference_RepositoryModelUnloadRequest>, context: ServerContext
  ) async throws -> ServerResponse<Inference_RepositoryModelUnloadResponse> {
    try await answer(request, context, needing: .admin) {
      [backend] message, _ async throws(OpenInferenceError) in
      try await backend.unload(model: message.modelName)
      return .init()
    }
  }

  private func infer(
    _ message: Inference_ModelInferRequest, for caller: Backend.Caller
  ) async throws(OpenInferenceError) -> Inference_ModelInferResponse {
    let size = message.elementBytes
    guard size <= messageLimit else {
      throw OpenInferenceError(
        .exhausted,
        "the tensors have \(size) bytes, and \(messageLimit) are accepted; send fewer pictures at once"
      )
    }
    return .init(
      try await backend.infer(
        InferRequest(message), model: message.modelName, version: message.modelVersion,
        for: caller))
  }

  private func answer<Input: Sendable, Output: Sendable>(
    _ request: ServerRequest<Input>, _ context: ServerContext, needing access: CallAccess?,
    _ body: @Sendable (Input, Backend.Caller) async throws(OpenInferenceError) -> Output
  ) async throws -> ServerResponse<Output> {
    do throws(OpenInferenceError) {
      let call = IncomingCall(request.metadata, context)
      let message = try await backend.answer(call, needing: access) {
        caller async throws(OpenInferenceError) in
        try await body(request.message, caller)
      }
      return ServerResponse(message: message)
    } catch {
      throw RPCError(error)
    }
  }
}
