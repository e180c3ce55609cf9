/// How a picture must be turned to stand upright; the raw value is that of Exif's tag 0x0112.
///
/// Source: CIPA DC-008 (*Exif 2.32*), 4.6.4, "Orientation".
public enum Orientation: UInt16, CaseIterable, Sendable {
  /// The picture is stored upright.
  case up = 1
  /// Mirrored, left to right.
  case upMirrored
  /// Needs half a turn.
  case down
  /// Mirrored, top to bottom.
  case downMirrored
  /// Rows and columns are exchanged.
  case leftMirrored
  /// Needs a quarter turn to the right.
  case right
  /// Rows and columns are exchanged, and both run backwards.
  case rightMirrored
  /// Needs a quarter turn to the left.
  case left

  /// Finds the tag in the first directory of an Exif block: a TIFF file in either byte order.
  ///
  /// Anything else than a valid orientation there is no reason to refuse the picture: it is `nil`.
  init?(exif: UnsafeBufferPointer<UInt8>) {
    guard exif.count >= 8 else { return nil }
    let isBigEndian: Bool
    switch (exif[0], exif[1]) {
    case (0x4D, 0x4D): isBigEndian = true
    case (0x49, 0x49): isBigEndian = false
    default: return nil
    }
    func integer(at offset: Int, bytes count: Int) -> Int? {
      guard offset >= 0, offset + count <= exif.count else { return nil }
      return (0..<count).reduce(0) { value, index in
        value << 8 | Int(exif[offset + (isBigEndian ? index : count - 1 - index)])
      }
    }
    guard integer(at: 2, bytes: 2) == 42, let directory = integer(at: 4, bytes: 4),
      let count = integer(at: directory, bytes: 2)
    else { return nil }
    for entry in 0..<count {
      let offset = directory + 2 + 12 * entry
      guard let tag = integer(at: offset, bytes: 2) else { return nil }
      guard tag == 0x0112 else { continue }
      // A SHORT (type 3) stands in the first two bytes of the value.
      guard integer(at: offset + 2, bytes: 2) == 3, let value = integer(at: offset + 8, bytes: 2)
      else { return nil }
      self.init(rawValue: UInt16(truncatingIfNeeded: value))
      return
    }
    return nil
  }

  /// An Exif block of one directory with this tag alone, big-endian.
  var exif: [UInt8] {
    let header: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8]
    // One entry: the tag, type 3 (SHORT), one value, which stands in the first two of four bytes.
    let entry: [UInt8] = [0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(rawValue), 0, 0]
    return header + entry + [0, 0, 0, 0]
  }

  /// Turns a square picture, row by row, upright.
  func upright(_ pixels: [UInt8], side: Int) -> [UInt8] {
    guard self != .up else { return pixels }
    let last = side - 1
    var turned = [UInt8](repeating: 0, count: pixels.count)
    for y in 0..<side {
      for x in 0..<side {
        let (column, row) =
          switch self {
          case .up: (x, y)
          case .upMirrored: (last - x, y)
          case .down: (last - x, last - y)
          case .downMirrored: (x, last - y)
          case .leftMirrored: (y, x)
          case .right: (y, last - x)
          case .rightMirrored: (last - y, last - x)
          case .left: (last - y, x)
          }
        turned[y * side + x] = pixels[row * side + column]
      }
    }
    return turned
  }
}
