import CHiredis

/// What Redis answered, out of the library's memory.
enum RedisReply: Sendable, Hashable {
  case null
  case integer(Int)
  case string(String)
  case array([RedisReply])
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
