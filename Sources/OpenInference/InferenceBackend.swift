/// What answers the calls of the protocol, whatever they come over.
public protocol InferenceBackend: Sendable {
  /// Who calls.
  associatedtype Caller: Sendable

  /// Answers a call of somebody who may make it, and notes what came of it.
  ///
  /// - Parameters:
  ///   - call: The call.
  ///   - access: What it takes; `nil` when all may make it.
  ///   - body: Answers it.
  /// - Throws: ``OpenInferenceError`` when the caller may not, or `body` throws.
  func answer<Value: Sendable>(
    _ call: IncomingCall, needing access: CallAccess?,
    _ body: @Sendable (Caller) async throws(OpenInferenceError) -> Value
  ) async throws(OpenInferenceError) -> Value

  /// Whether requests should be sent here.
  func isReady() async -> Bool

  /// What the server says of itself.
  var metadata: ServerMetadata { get }

  /// Whether the engines of a model are in memory.
  func isReady(model: String, version: String) async throws(OpenInferenceError) -> Bool

  /// What is said of a model.
  func metadata(model: String, version: String) async throws(OpenInferenceError) -> ModelMetadata

  /// Classifies the pictures of a request and stores the predictions.
  func infer(
    _ request: InferRequest, model: String, version: String, for caller: Caller
  ) async throws(OpenInferenceError) -> InferResponse

  /// What was computed with each version of a model, or with all when its name is empty.
  func statistics(
    model: String, version: String
  ) async throws(OpenInferenceError) -> [ModelStatistics]

  /// The versions there are.
  func index() async throws(OpenInferenceError) -> [ModelIndexEntry]

  /// Loads a model into memory.
  func load(model: String) async throws(OpenInferenceError)

  /// Lets go of the engines of a model.
  func unload(model: String) async throws(OpenInferenceError)
}

/// What a call takes.
public enum CallAccess: Sendable {
  /// A key that may classify.
  case predict
  /// A key that may read statistics.
  case read
  /// A key that may do all.
  case admin
}

/// A call that came over something else than the service's own HTTP.
public struct IncomingCall: Sendable {
  /// The name of what is called.
  public let method: String
  /// The address it came from; empty when that is not known.
  public let clientAddress: String
  /// The key it came with.
  public let key: String?
  /// The caller's name for it.
  public let requestID: String?
  /// Its place in a trace (W3C Trace Context).
  public let traceparent: String?

  /// Describes a call.
  public init(
    method: String, clientAddress: String, key: String?, requestID: String?, traceparent: String?
  ) {
    self.method = method
    self.clientAddress = clientAddress
    self.key = key
    self.requestID = requestID
    self.traceparent = traceparent
  }
}
