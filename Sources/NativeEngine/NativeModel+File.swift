public import Files
import Foundation
import Hashing
import Networks

extension NativeModel {
  private static let signature = Array("ATELIER\0".utf8)
  private static let preambleLength = 64
  private static let descriptionLimit = 1 << 20
  /// The most bytes of a file.
  static let sizeLimit = 1 << 30

  private struct Description: Codable {
    struct Parameter: Codable {
      let name: String
      let shape: [Int]
      /// Missing in format 1.
      var offset: Int?
    }

    let layers: [LayerRecord]
    let parameters: [Parameter]
  }

  /// Reads a model; its weights stay in the file, which therefore must not be altered in place.
  ///
  /// - Throws: ``NativeModelError`` when the file cannot be read or is not a whole model.
  public init(contentsOf path: String) throws(NativeModelError) {
    let file: MappedFile
    do {
      file = try MappedFile(path: path, limit: Self.sizeLimit)
    } catch {
      throw .file(reason: error.reason)
    }
    try self.init(file)
  }

  /// Reads a model from a file's map, in which its weights stay.
  ///
  /// - Parameter isVerified: Whether its bytes are known to be those that were written, so that its checksum
  ///   need not be computed.
  /// - Throws: ``NativeModelError`` when the file is not a whole model.
  public init(_ file: MappedFile, isVerified: Bool = false) throws(NativeModelError) {
    let (format, descriptionLength) = try Self.checkedPreamble(
      of: file.bytes, isVerified: isVerified)
    let start = Self.preambleLength + descriptionLength
    let description: Description
    do {
      description = try JSONDecoder().decode(
        Description.self, from: Data(file.bytes[Self.preambleLength..<start]))
    } catch {
      throw .description(reason: "it is not the JSON that is written")
    }
    let network = Network(layers: try LayerRecord.layers(description.layers))
    if format == 1 {
      let weights = try withExtendedLifetime(file) { () throws(NativeModelError) in
        try Self.rowMajor(
          description.parameters, in: UnsafeRawBufferPointer(rebasing: file.bytes[start...]))
      }
      try self.init(network: network, stateDict: weights)
    } else {
      try self.init(
        network: network, storage: WeightStorage(file, from: start),
        starts: Self.starts(description.parameters, of: network))
    }
  }

  /// Checks that a file is whole and, unless it is known to be, unaltered.
  ///
  /// - Returns: Its format, and the length of its description.
  private static func checkedPreamble(
    of bytes: UnsafeRawBufferPointer, isVerified: Bool
  ) throws(NativeModelError) -> (format: Int, descriptionLength: Int) {
    guard bytes.count >= preambleLength, bytes.starts(with: signature) else { throw .notAModel }
    let format = Int(UInt32(littleEndian: bytes.load(fromByteOffset: 8, as: UInt32.self)))
    let descriptionLength = Int(
      UInt32(littleEndian: bytes.load(fromByteOffset: 12, as: UInt32.self)))
    let weightsLength = UInt64(littleEndian: bytes.load(fromByteOffset: 16, as: UInt64.self))
    guard (1...Self.format).contains(format) else { throw .unknownFormat(format) }
    guard descriptionLength <= descriptionLimit, descriptionLength.isMultiple(of: 64),
      weightsLength <= UInt64(sizeLimit), weightsLength.isMultiple(of: 4)
    else { throw .description(reason: "it is larger than any that is written") }
    let expected = preambleLength + descriptionLength + Int(weightsLength)
    guard bytes.count == expected else { throw .size(found: bytes.count, expected: expected) }
    let content = UnsafeRawBufferPointer(rebasing: bytes[preambleLength...])
    guard isVerified || ContentHash.sha256Digest(of: content) == Array(bytes[24..<56])
    else { throw .checksum }
    return (format, descriptionLength)
  }

  /// The float where each parameter begins.
  private static func starts(
    _ parameters: [Description.Parameter], of network: Network
  ) throws(NativeModelError) -> [String: Int] {
    var shapes: [String: [Int]] = [:]
    for parameter in network.parameters { shapes[parameter.name] = parameter.shape }
    var starts: [String: Int] = [:]
    for parameter in parameters {
      guard shapes[parameter.name] == parameter.shape, let offset = parameter.offset,
        offset >= 0, offset.isMultiple(of: 64)
      else {
        throw .description(reason: "\(parameter.name) does not fit its layer, or has no place")
      }
      starts[parameter.name] = offset / 4
    }
    return starts
  }

  /// The parameters of a file of format 1.
  private static func rowMajor(
    _ parameters: [Description.Parameter], in weights: UnsafeRawBufferPointer
  ) throws(NativeModelError) -> StateDict {
    var stateDict = StateDict()
    var rest = weights[...]
    for parameter in parameters {
      let count = parameter.shape.reduce(1) { product, size in
        // Too many for any file, without overflowing.
        size < 0 || size > 1 << 24 ? .max >> 32 : min(product * size, .max >> 32)
      }
      guard count * 4 <= rest.count else {
        throw .description(reason: "\(parameter.name) has more values than the file")
      }
      let bytes = UnsafeRawBufferPointer(rebasing: rest.prefix(count * 4))
      let values = (0..<count).map { index in
        Float(
          bitPattern: UInt32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
      }
      stateDict[parameter.name] = ParameterTensor(shape: parameter.shape, values: values)
      rest = rest.dropFirst(count * 4)
    }
    guard rest.isEmpty else { throw .description(reason: "the file has values without a name") }
    return stateDict
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
          parameters: network.parameters.map { parameter in
            .init(
              name: parameter.name, shape: parameter.shape,
              offset: starts[parameter.name].map { $0 * 4 })
          })))
    while !content.count.isMultiple(of: 64) { content.append(UInt8(ascii: " ")) }
    let descriptionLength = content.count
    for value in storage.values { content.append(integer: value.bitPattern) }
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
