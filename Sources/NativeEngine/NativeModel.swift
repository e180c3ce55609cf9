import Files
import Foundation
import Hashing
public import Networks
import OrderedCollections

/// A network and its weights in Atelier's own file format, `model.atelier`.
///
/// | bytes | hold |
/// |---|---|
/// | 0–7 | `ATELIER` and a zero byte |
/// | 8–11 | the format, 1 |
/// | 12–15 | N, the length of the description |
/// | 16–23 | M, the length of the weights |
/// | 24–55 | SHA-256 of everything from byte 64 on |
/// | 56–63 | zero |
/// | 64–(64+N) | the description, JSON in UTF-8: `layers`, in order, and `parameters`, each with `name` and `shape`; filled up with spaces so that N is a multiple of 64 |
/// | (64+N)–(64+N+M) | the parameters in that order, 32-bit floats, row-major |
///
/// Integers and floats are little-endian. Weights are laid out for the processor when they are loaded,
/// so that one file does for all of them.
public struct NativeModel: Sendable {
  /// The format that this program writes and reads.
  public static let format = 1

  /// The network.
  public let network: Network
  /// Its weights, under the network's names.
  public let stateDict: StateDict

  private static let signature = Array("ATELIER\0".utf8)
  private static let preambleLength = 64
  private static let descriptionLimit = 1 << 20
  private static let sizeLimit = 1 << 30

  private struct Description: Codable {
    struct Parameter: Codable {
      let name: String
      let shape: [Int]
    }

    let layers: [LayerRecord]
    let parameters: [Parameter]
  }

  /// Combines a network and its weights.
  ///
  /// - Throws: ``NativeModelError/weights(_:)`` when the weights do not fit the network.
  public init(network: Network, stateDict: StateDict) throws(NativeModelError) {
    self.network = network
    do {
      self.stateDict = try stateDict.conforming(to: network)
    } catch {
      throw .weights(error)
    }
  }

  /// Reads a model.
  ///
  /// - Throws: ``NativeModelError`` when the file cannot be read or is not a whole model.
  public init(contentsOf path: String) throws(NativeModelError) {
    let bytes: [UInt8]
    do {
      bytes = try FileContents.read(from: path, limit: Self.sizeLimit)
    } catch {
      throw .file(reason: error.reason)
    }
    try self.init(bytes: bytes)
  }

  /// Reads a model from the bytes of its file.
  ///
  /// - Throws: ``NativeModelError`` when they are not a whole model.
  public init(bytes: [UInt8]) throws(NativeModelError) {
    guard bytes.count >= Self.preambleLength, bytes.starts(with: Self.signature) else {
      throw .notAModel
    }
    let (format, descriptionLength, weightsLength) = bytes.withUnsafeBytes { buffer in
      (
        Int(UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt32.self))),
        Int(UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: 12, as: UInt32.self))),
        UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
      )
    }
    guard format == Self.format else { throw .unknownFormat(format) }
    guard descriptionLength <= Self.descriptionLimit, weightsLength <= UInt64(Self.sizeLimit) else {
      throw .description(reason: "it is larger than any that is written")
    }
    let expected = Self.preambleLength + descriptionLength + Int(weightsLength)
    guard bytes.count == expected else { throw .size(found: bytes.count, expected: expected) }
    let content = bytes[Self.preambleLength...]
    guard ContentHash.sha256Digest(of: content) == Array(bytes[24..<56]) else { throw .checksum }
    try self.init(
      description: content.prefix(descriptionLength), weights: content.dropFirst(descriptionLength))
  }

  private init(
    description: ArraySlice<UInt8>, weights: ArraySlice<UInt8>
  ) throws(NativeModelError) {
    let parsed: Description
    do {
      parsed = try JSONDecoder().decode(Description.self, from: Data(description))
    } catch {
      throw .description(reason: "it is not the JSON that is written")
    }
    let network = Network(layers: try LayerRecord.layers(parsed.layers))
    var stateDict = StateDict()
    var rest = weights
    for parameter in parsed.parameters {
      let count = parameter.shape.reduce(1) { product, size in
        // Too many for any file, without overflowing.
        size < 0 || size > 1 << 24 ? .max >> 8 : min(product * size, .max >> 32)
      }
      guard count * 4 <= rest.count else {
        throw .description(reason: "\(parameter.name) has more values than the file")
      }
      let values = rest.prefix(count * 4).withUnsafeBytes { buffer in
        (0..<count).map { index in
          Float(
            bitPattern: UInt32(
              littleEndian: buffer.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
        }
      }
      stateDict[parameter.name] = ParameterTensor(shape: parameter.shape, values: values)
      rest = rest.dropFirst(count * 4)
    }
    guard rest.isEmpty else { throw .description(reason: "the file has values without a name") }
    try self.init(network: network, stateDict: stateDict)
  }

  /// Writes the model to a file, which appears whole or not at all.
  ///
  /// - Throws: ``NativeModelError/file(reason:)``.
  public func write(to path: String) throws(NativeModelError) {
    do {
      try FileContents.write(try encoded(), to: path)
    } catch let error as FileError {
      throw .file(reason: error.reason)
    } catch {
      throw .file(reason: "\(error)")
    }
  }

  /// The bytes of the model's file; the same model gives the same bytes.
  ///
  /// - Throws: what `JSONEncoder` throws.
  func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var content = Array(
      try encoder.encode(
        Description(
          layers: network.layers.map(LayerRecord.init),
          parameters: stateDict.tensors.map { .init(name: $0, shape: $1.shape) })))
    while !content.count.isMultiple(of: 64) { content.append(UInt8(ascii: " ")) }
    let descriptionLength = content.count
    for tensor in stateDict.tensors.values {
      for value in tensor.values { content.append(integer: value.bitPattern) }
    }
    var bytes = Self.signature
    bytes.append(integer: UInt32(Self.format))
    bytes.append(integer: UInt32(descriptionLength))
    bytes.append(integer: UInt64(content.count - descriptionLength))
    bytes += ContentHash.sha256Digest(of: content)
    bytes.append(integer: UInt64(0))
    return bytes + content
  }
}

extension [UInt8] {
  /// Appends an integer, its lowest byte first.
  fileprivate mutating func append(integer: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: integer.littleEndian) { append(contentsOf: $0) }
  }
}
