import APIKeys
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import ModelImport
import ModelStore

/// `/models`: the versions of the model, and which of them is served.
struct ModelRoutes: Sendable {
  let models: ServedModels
  let catalog: ModelCatalog
  let uploadLimit: Int
  let logger: Logger

  static let path = "/models"

  var endpoints: [Endpoint] {
    [
      Endpoint(.get, Self.path, role: .read, statuses: [200, 401, 403, 429, 503], handler: list),
      Endpoint(
        .post, Self.path, role: .admin,
        statuses: [201, 400, 401, 403, 409, 413, 415, 422, 429, 503, 507], isUpload: true,
        handler: importModel),
      Endpoint(
        .post, Self.path + "/{version}/promote", role: .admin,
        statuses: [200, 401, 403, 404, 409, 429, 503]
      ) { _, context in
        try await answer(models.promote(Self.version(context), logger: logger), context)
      },
      Endpoint(
        .post, Self.path + "/rollback", role: .admin, statuses: [200, 401, 403, 409, 429, 503]
      ) { _, context in
        try await answer(models.rollBack(logger: logger), context)
      },
      Endpoint(
        .delete, Self.path + "/{version}", role: .admin,
        statuses: [204, 401, 403, 404, 409, 429, 503]
      ) { _, context in
        let name = Self.version(context)
        try await models.remove(name)
        logger.notice("a model version was removed", metadata: metadata(name, context))
        return Response(status: .noContent)
      },
    ]
  }

  private static func version(_ context: ServiceContext) -> String {
    let name = context.parameters.get("version") ?? ""
    return name.removingPercentEncoding ?? name
  }

  @Sendable private func list(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let answer = ModelAnswer(models)
    let previous = try await catalog.previous()
    return .json([
      "current": .string(answer.current),
      "previous": previous.map { .string($0) } ?? .null,
      "canary": answer.canary,
      "pinned": .boolean(models.isPinned),
      "models": .array(try await catalog.entries().map(answer.json)),
    ])
  }

  @Sendable private func importModel(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let query = request.uri.queryParameters["name"].map { String($0) }
    let upload = try await BatchUpload(
      request, limit: min(uploadLimit, ModelImport.sizeLimit), wanted: .model, context: context,
      logger: logger)
    guard upload.files.count == 1, let file = upload.files.first else {
      throw APIError.invalidParameter(
        "the form has \(upload.files.count) fields \"\(UploadedPicture.fieldName)\"; send one model a "
          + "request")
    }
    let asked = query ?? upload.fields["name"].flatMap { $0.isEmpty ? nil : $0 }
    guard let name = asked ?? ModelImport.name(ofFile: UploadedFileName.sanitized(file.name)) else {
      throw APIError.invalidParameter(
        "the file has no name that a version could have; send one as name")
    }
    let version = try await catalog.importVersion(
      of: upload.spool, from: file.offset..<file.offset + file.count, named: name)
    logger.notice("a model version was imported", metadata: metadata(name, context))
    let entry = ModelStoreEntry(name: name, isShipped: false, version: .success(version))
    return .json(
      ModelAnswer(models).json(.init(entry: entry, defect: nil)), status: .created)
  }

  /// Answers with the version that is served now.
  private func answer(_ model: ServedModel, _ context: ServiceContext) async throws -> Response {
    logger.notice("another model version is served", metadata: metadata(model.name, context))
    let entry = try await catalog.entries().first { $0.entry.name == model.name }
    return .json(entry.map(ModelAnswer(models).json) ?? ["version": .string(model.name)])
  }

  private func metadata(_ version: String, _ context: ServiceContext) -> Logger.Metadata {
    [
      "model_version": .string(version), "request_id": .string(context.requestID),
      "key_id": .string(context.key?.id ?? ""),
    ]
  }
}
