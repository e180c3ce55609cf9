import Classification
import Hashing

/// Tells by a picture's hash whether it is learned from, validated with, or held out to judge by.
///
/// A picture keeps its part when the data set grows, so that no version is judged by pictures that an
/// earlier one, from which it may have started, learned from. Each class is divided on its own.
enum HeldOutSplit {
  enum Part: Int, CaseIterable {
    case training, validation, heldOut
  }

  /// The share of pictures that is held out.
  static let heldOutShare = 0.2
  /// The share of pictures that is validated with.
  static let validationShare = 0.1
  /// Of the hashes; the same for every run, so that any two versions compare.
  static let seed: UInt64 = 20_170_828

  /// A number from 0 up to, not including, 1 that follows from a picture alone.
  static func position(of picture: ArraySlice<UInt8>) -> Double {
    let bytes = withUnsafeBytes(of: seed.littleEndian) { Array($0) }
    return Double(ContentHash.sha256Number(of: bytes + picture) >> 11) * 0x1p-53
  }

  /// Divides the pictures of one class.
  ///
  /// The shares hold for many pictures. Of three or more, each part gets at least one: where one would
  /// have none, it gets the picture that lies next to it, which may change its part when the class grows.
  ///
  /// - Parameters:
  ///   - positions: What ``position(of:)`` says of each picture.
  ///   - isKnown: Whether the picture must be learned from, as one of the standard training set.
  static func parts(positions: [Double], isKnown: [Bool]) -> [Part] {
    var parts = zip(positions, isKnown).map { position, isKnown -> Part in
      if isKnown || position >= heldOutShare + validationShare { return .training }
      return position < heldOutShare ? .heldOut : .validation
    }
    let free = positions.indices.filter { !isKnown[$0] }.sorted { positions[$0] < positions[$1] }
    let count = { (part: Part) in free.count { parts[$0] == part } }
    if !parts.contains(.training), free.count > 2, let last = free.last { parts[last] = .training }
    if !parts.contains(.heldOut), let first = free.first { parts[first] = .heldOut }
    if !parts.contains(.validation) {
      if count(.training) > 1, let next = free.first(where: { parts[$0] == .training }) {
        parts[next] = .validation
      } else if count(.heldOut) > 1, let last = free.last(where: { parts[$0] == .heldOut }) {
        parts[last] = .validation
      }
    }
    return parts
  }
}
