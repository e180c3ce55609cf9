import GRPCCore
import OpenInference
import SwiftProtobuf

/// `grpc.health.v1.Health`, which Kubernetes and load balancers ask; open to all, as over HTTP.
struct HealthService<Backend: InferenceBackend>: Grpc_Health_V1_Health.ServiceProtocol {
  let backend: Backend

  func check(
    request: ServerRequest<Grpc_Health_V1_HealthCheckRequest>, context: ServerContext
  ) async throws -> ServerResponse<Grpc_Health_V1_HealthCheckResponse> {
    let name = request.message.service
    guard name.isEmpty || name == Inference_GRPCInferenceService.descriptor.fullyQualifiedService
    else { throw RPCError(code: .notFound, message: "there is no service \(name.prefix(80))") }
    let isReady = await backend.isReady()
    return ServerResponse(message: .with { $0.status = isReady ? .serving : .notServing })
  }
}
