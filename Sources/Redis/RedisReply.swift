import CHiredis

/// What Redis answered, out of the library's memory.
public enum RedisReply: Sendable, Hashable {
  /// Nothing.
  case null
  /// A whole number.
  case integer(Int)
  /// A text, or a status.
  case string(String)
  /// Several answers.
  case array([RedisReply])
  /// A refusal, within a list of answers.
  case error(String)

  init(_ reply: UnsafePointer<redisReply>) {
    let reply = reply.pointee
    switch reply.type {
    case REDIS_REPLY_INTEGER: self = .integer(Int(reply.integer))
    case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: self = .string(Self.text(reply))
    case REDIS_REPLY_ERROR: self = .error(Self.text(reply))
    case REDIS_REPLY_ARRAY:
      self = .array(
        (0..<Int(reply.elements)).map { reply.element?[$0].map { RedisReply($0) } ?? .null })
    default: self = .null
    }
  }

  private static func text(_ reply: redisReply) -> String {
    guard let start = reply.str else { return "" }
    return String(
      decoding: UnsafeRawBufferPointer(start: start, count: Int(reply.len)), as: UTF8.self)
  }
}
