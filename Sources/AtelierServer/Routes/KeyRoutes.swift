import APIKeys
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOPosix

/// `/keys`: the keys of the service, for those who may do everything.
struct KeyRoutes: Sendable {
  let keys: KeyRing
  let logger: Logger

  var endpoints: [Endpoint] {
    [
      Endpoint(.get, "/keys", role: .admin, statuses: [200, 401, 403, 429], handler: list),
      Endpoint(
        .post, "/keys", role: .admin, statuses: [201, 400, 401, 403, 413, 415, 422, 429, 503],
        handler: create),
      Endpoint(
        .delete, "/keys/{id}", role: .admin, statuses: [200, 401, 403, 404, 409, 422, 429, 503],
        handler: revoke),
    ]
  }

  /// Keys are nothing to keep in a cache, least of all a secret.
  private static let headers: HTTPFields = [.cacheControl: "no-store"]

  @Sendable private func list(_ request: Request, _ context: ServiceContext) -> Response {
    let (configured, stored) = keys.all()
    let answers =
      configured.map { KeyAnswer(key: $0, isConfigured: true, callerID: context.key?.id).json }
      + stored.map { KeyAnswer(key: $0, isConfigured: false, callerID: context.key?.id).json }
    return .json(["keys": .array(answers)], headers: Self.headers)
  }

  @Sendable private func create(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let wanted = try await KeyRequest(request)
    let new = try await changing { keys throws(KeyError) in try keys.create(wanted) }
    logger.notice("a key was made", metadata: metadata(of: new.key, context))
    let answer = KeyAnswer(key: new.key, isConfigured: false, callerID: context.key?.id)
    return .json(
      answer.json.appending(["secret": .string(new.secret)]), status: .created,
      headers: Self.headers)
  }

  @Sendable private func revoke(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let id = context.parameters.get("id") ?? ""
    let confirmation = QueryParameters(request)["confirm"] ?? "false"
    guard let isConfirmed = Bool(confirmation) else {
      throw APIError.invalidParameter("confirm must be true or false")
    }
    let callerID = context.key?.id ?? ""
    let key = try await changing { keys throws(KeyError) in
      try keys.revoke(id: id, by: callerID, isConfirmed: isConfirmed)
    }
    logger.notice("a key was revoked", metadata: metadata(of: key, context))
    return .json(
      KeyAnswer(key: key, isConfigured: false, callerID: callerID).json, headers: Self.headers)
  }

  /// Changes keys on one of the threads for files: it waits for a lock and for the disk.
  private func changing<Value: Sendable>(
    _ body: @escaping @Sendable (KeyRing) throws(KeyError) -> Value
  ) async throws -> Value {
    do {
      return try await NIOThreadPool.singleton.runIfActive { [keys] in try body(keys) }
    } catch let error as KeyError {
      throw apiError(error)
    }
  }

  private func apiError(_ error: KeyError) -> APIError {
    let message = error.description
    switch error {
    case .unusable: return .invalidParameter(message)
    case .notFound: return .notFound("there is no key of this identity; GET /keys lists them")
    case .configured:
      return APIError(status: .conflict, code: .configuredKey, message: message)
    case .isOwn: return APIError(status: .conflict, code: .ownKey, message: message)
    case .isLastAdmin: return APIError(status: .conflict, code: .lastAdminKey, message: message)
    case .malformedEntry, .unreadable, .unwritable, .noStore:
      logger.error("the keys cannot be changed", error: error)
      return .unavailable(
        .storageUnavailable, "the keys cannot be changed now; the log says why", retryAfter: 5)
    }
  }

  private func metadata(of key: APIKey, _ context: ServiceContext) -> Logger.Metadata {
    [
      "request_id": .string(context.requestID), "key": .string(key.id),
      "role": .string(key.role.rawValue), "by": .string(context.key?.id ?? ""),
    ]
  }
}
