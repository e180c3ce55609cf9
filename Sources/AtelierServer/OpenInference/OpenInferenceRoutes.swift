import APIKeys
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import OpenInference

/// `/v2`: the Open Inference Protocol 2 over HTTP.
struct OpenInferenceRoutes: Sendable {
  let service: OpenInferenceService
  let bodyLimit: Int

  private static let path = "/v2"
  static let healthPath = path + "/health/"
  private static let modelPath = path + "/models/{model}"
  private static let versionPath = modelPath + "/versions/{version}"
  private static let repositoryPath = path + "/repository"
  /// From which size on a body is read on a thread of its own.
  private static let largeBody = 64 << 10

  /// Whether a request is one by the protocol, which has errors of its own form.
  static func answers(_ request: Request) -> Bool {
    request.uri.path == path || request.uri.path.hasPrefix(path + "/")
  }

  var endpoints: [Endpoint] {
    server + repository
      + [Self.modelPath, Self.versionPath].flatMap { path -> [Endpoint] in
        let known = [200, 401, 403, 404, 429, 503]
        return [
          Endpoint(.get, path, role: .predict, statuses: known, handler: metadata),
          Endpoint(.get, path + "/ready", role: .predict, statuses: known, handler: ready),
          Endpoint(.get, path + "/config", role: .predict, statuses: known, handler: configuration),
          Endpoint(.get, path + "/stats", role: .read, statuses: known, handler: statistics),
          Endpoint(
            .post, path + "/infer", role: .predict,
            statuses: [200, 400, 401, 403, 404, 413, 429, 503], handler: infer),
        ]
      }
  }

  private var server: [Endpoint] {
    [
      Endpoint(.get, Self.path, role: .predict, statuses: [200, 401, 403, 429]) { _, _ in
        .inference(OpenInferenceService.metadata.json)
      },
      Endpoint(.get, Self.healthPath + "live", statuses: [200]) { _, _ in .inference(["live": true])
      },
      Endpoint(.get, Self.healthPath + "ready", statuses: [200, 503]) { _, _ in
        let isReady = await service.readiness.report().isReady
        return .inference(
          ["ready": .boolean(isReady)], status: isReady ? .ok : .serviceUnavailable,
          headers: [.cacheControl: "no-store"])
      },
      Endpoint(
        .get, Self.path + "/models/stats", role: .read, statuses: [200, 401, 403, 429, 503],
        handler: statistics),
    ]
  }

  private var repository: [Endpoint] {
    let statuses = [200, 400, 401, 403, 404, 409, 413, 429, 503]
    let model = Self.repositoryPath + "/models/{model}"
    return [
      Endpoint(
        .post, Self.repositoryPath + "/index", role: .admin,
        statuses: [200, 400, 401, 403, 413, 429, 503]
      ) { request, context in
        let options = try await Self.options(request)
        let entries = try await service.index()
        return .inference(
          .array(entries.filter { $0.isReady || options.ready != true }.map(\.json)))
      },
      Endpoint(.post, model + "/load", role: .admin, statuses: statuses) { request, context in
        guard try await Self.options(request).parameters?.isEmpty != false else {
          throw APIError(.loadParameters)
        }
        try await service.load(Self.parameter("model", context))
        return .inference([:])
      },
      Endpoint(.post, model + "/unload", role: .admin, statuses: statuses) { request, context in
        _ = try await Self.options(request)
        try await service.unload(Self.parameter("model", context))
        return .inference([:])
      },
    ]
  }

  @Sendable private func metadata(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    .inference(try await metadata(context).json)
  }

  @Sendable private func configuration(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    .inference(try await metadata(context).configurationJSON)
  }

  private func metadata(_ context: ServiceContext) async throws(APIError) -> ModelMetadata {
    try await service.metadata(
      Self.parameter("model", context), Self.parameter("version", context))
  }

  @Sendable private func ready(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let model = Self.parameter("model", context)
    let isReady = try await service.isReady(model, Self.parameter("version", context))
    return .inference(
      ["name": .string(model), "ready": .boolean(isReady)],
      status: isReady ? .ok : .serviceUnavailable)
  }

  @Sendable private func statistics(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let statistics = try await service.statistics(
      Self.parameter("model", context), Self.parameter("version", context))
    return .inference(["model_stats": .array(statistics.map(\.json))])
  }

  @Sendable private func infer(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let headerLength = try Self.headerLength(request)
    let buffer = try await request.collectBody(upTo: bodyLimit)
    context.notes.note { $0.bodySize = buffer.readableBytes }
    let body = try await Self.parse(Data(buffer.readableBytesView), headerLength)
    let response = try await service.infer(
      body.request, Self.parameter("model", context), Self.parameter("version", context),
      for: context)
    let (bytes, length) = response.body(binary: body.binaryOutputs)
    var headers: HTTPFields = [
      .contentType: length == nil ? "application/json" : "application/octet-stream"
    ]
    headers[.inferenceHeaderLength] = length.map(String.init)
    return Response(
      status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  private static func parse(
    _ body: Data, _ headerLength: Int?
  ) async throws -> InferRequest.Body {
    do {
      guard body.count >= largeBody else {
        return try InferRequest.parse(body, headerLength: headerLength)
      }
      return try await NIOThreadPool.singleton.runIfActive {
        try InferRequest.parse(body, headerLength: headerLength)
      }
    } catch let error as OpenInferenceError {
      throw APIError(error)
    }
  }

  private static func headerLength(_ request: Request) throws(APIError) -> Int? {
    guard let text = request.headers[.inferenceHeaderLength] else { return nil }
    guard let length = Int(text) else {
      throw .invalidRequest("the header Inference-Header-Content-Length must be a whole number")
    }
    return length
  }

  /// What the body of a request to the repository may say; it may be empty.
  private struct RepositoryOptions: Decodable {
    var ready: Bool?
    var parameters: [String: ParameterValue]?
  }

  private static func options(_ request: Request) async throws -> RepositoryOptions {
    let body = try await request.collectBody(upTo: largeBody)
    guard body.readableBytes > 0 else { return RepositoryOptions() }
    do {
      return try JSONDecoder().decode(
        RepositoryOptions.self, from: Data(body.readableBytesView))
    } catch {
      throw APIError.invalidRequest("the body must be a JSON object, or empty")
    }
  }

  /// A part of the path; empty when the path has none of the name.
  private static func parameter(_ name: String, _ context: ServiceContext) -> String {
    let text = context.parameters.get(name) ?? ""
    return text.removingPercentEncoding ?? text
  }
}

extension Response {
  /// An answer by the protocol. KServe's client takes no type for JSON that has parameters.
  static func inference(
    _ value: OrderedJSON, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    var headers = headers
    headers[.contentType] = "application/json"
    return text(value.utf8, status: status, headers: headers)
  }
}

extension HTTPField.Name {
  static let inferenceHeaderLength = HTTPField.Name(constant: "Inference-Header-Content-Length")
}
