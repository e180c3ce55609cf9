import GRPCCore
import SwiftProtobuf

/// Writes messages of Protocol Buffers for gRPC.
///
/// The package that brings this has a plugin beside it, for which every build would compile protoc.
struct ProtobufSerializer<Message: SwiftProtobuf.Message>: MessageSerializer {
  func serialize<Bytes: GRPCContiguousBytes>(_ message: Message) throws -> Bytes {
    let bytes: [UInt8] = try message.serializedBytes()
    return Bytes(bytes)
  }
}
