import GRPCCore
import SwiftProtobuf

/// Reads messages of Protocol Buffers from gRPC.
struct ProtobufDeserializer<Message: SwiftProtobuf.Message>: MessageDeserializer {
  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> Message {
    do {
      return try Message(serializedBytes: bytes.withUnsafeBytes { Array($0) })
    } catch {
      throw RPCError(
        code: .invalidArgument, message: "the message is no \(Message.protoMessageName)",
        cause: error)
    }
  }
}
