/// Why a job failed, as its owner is told: a handler throws it. Any other error that a handler throws
/// is logged, and shown as an internal one.
public struct JobFailure: Error, Sendable, Hashable {
  /// A name for programs, such as `invalid_archive`.
  public var code: String
  /// A sentence for people: what is wrong, with what, and how to mend it.
  public var message: String

  /// Describes a failure.
  public init(code: String, message: String) {
    self.code = code
    self.message = message
  }
}

extension JobFailure: CustomStringConvertible {
  /// The message.
  public var description: String { message }
}
