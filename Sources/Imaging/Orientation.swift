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

  /// Whether the rows of the stored picture are the columns of the upright one.
  public var exchangesSides: Bool { rawValue >= Orientation.leftMirrored.rawValue }

  /// Where the pixels of an upright picture of `width` times `height` are stored, row by row.
  ///
  /// - Returns: The position of the first pixel, and how much further its neighbours to the right and
  ///   below are.
  public func storage(width: Int, height: Int) -> (start: Int, right: Int, down: Int) {
    let last = width * height - 1
    return switch self {
    case .up: (0, 1, width)
    case .upMirrored: (width - 1, -1, width)
    case .down: (last, -1, -width)
    case .downMirrored: (last + 1 - width, 1, -width)
    case .leftMirrored: (0, height, 1)
    case .right: (last + 1 - height, -height, 1)
    case .rightMirrored: (last, -height, -1)
    case .left: (height - 1, height, -1)
    }
  }

  /// Turns a picture upright.
  func upright(_ plane: Plane) -> Plane {
    guard self != .up else { return plane }
    let width = exchangesSides ? plane.height : plane.width
    let height = exchangesSides ? plane.width : plane.height
    let (start, right, down) = storage(width: width, height: height)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height)
    for y in 0..<height {
      for x in 0..<width { pixels.append(plane.pixels[start + x * right + y * down]) }
    }
    return Plane(width: width, height: height, pixels: pixels)
  }
}
