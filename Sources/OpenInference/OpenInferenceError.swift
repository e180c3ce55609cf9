/// Why a request of the Open Inference Protocol was not answered.
public struct OpenInferenceError: Error, Sendable, Hashable {
  /// What kind of error it is, as the protocol's transports tell them apart.
  public enum Kind: String, Sendable, CaseIterable {
    /// The request itself is wrong.
    case invalidArgument
    /// There is no such model or version.
    case notFound
    /// The key is missing or wrong.
    case unauthenticated
    /// The key may not do this.
    case permissionDenied
    /// It is larger than allowed, or one request too many.
    case exhausted
    /// It cannot be done as things are.
    case failedPrecondition
    /// The service does not do such things.
    case unimplemented
    /// The service cannot do it now.
    case unavailable
    /// It took too long.
    case deadlineExceeded
    /// The caller has gone.
    case cancelled
    /// The service failed.
    case `internal`
  }

  /// What kind of error it is.
  public let kind: Kind
  /// A sentence for people.
  public let message: String

  /// Over gRPC the message is a header field, of which clients take a few kilobytes; each character may
  /// become twelve bytes there.
  private static let lengthLimit = 500

  /// Creates an error.
  ///
  /// - Parameter message: A sentence, of which the first 500 characters are kept.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    let scalars = message.unicodeScalars
    self.message =
      scalars.count > Self.lengthLimit
      ? String(String.UnicodeScalarView(scalars.prefix(Self.lengthLimit))) + "…" : message
  }

  /// The request itself is wrong.
  public static func invalid(_ message: String) -> OpenInferenceError {
    OpenInferenceError(.invalidArgument, message)
  }

  /// A model is loaded as it is in the store.
  public static let loadParameters = OpenInferenceError(
    .invalidArgument, "models are loaded as they are in the store; send no parameters")
}

extension OpenInferenceError: CustomStringConvertible {
  /// The sentence for people.
  public var description: String { message }
}
