import CPixels

/// A picture of one byte a pixel, row by row.
struct Plane {
  let width: Int
  let height: Int
  var pixels: [UInt8]

  subscript(x: Int, y: Int) -> UInt8 { pixels[y * width + x] }

  /// The picture in another size: the rows and then the columns, or the other way about, rounded
  /// to bytes in between.
  ///
  /// Which comes first changes bits. The columns do when the height shrinks by more than twice as
  /// many pixels as the width, as in Pillow from version 13.
  func resized(width newWidth: Int, height newHeight: Int) -> Plane {
    height > newHeight && height - newHeight > 2 * (width - newWidth)
      ? withColumnsResized(to: newHeight).withRowsResized(to: newWidth)
      : withRowsResized(to: newWidth).withColumnsResized(to: newHeight)
  }

  private func withRowsResized(to newWidth: Int) -> Plane {
    guard newWidth != width else { return self }
    let taps = RowTaps(ResampleKernel(from: width, to: newWidth), rowLength: width)
    let resized = [UInt8](unsafeUninitializedCapacity: newWidth * height) { resized, count in
      pixels.withUnsafeBufferPointer { pixels in
        guard let row = pixels.baseAddress, let newRow = resized.baseAddress else { return }
        for y in 0..<height {
          cpixels_resize_row(
            row + y * width, taps.places, newWidth, taps.high, taps.low, newRow + y * newWidth)
        }
      }
      count = newWidth * height
    }
    return Plane(width: newWidth, height: height, pixels: resized)
  }

  private func withColumnsResized(to newHeight: Int) -> Plane {
    guard newHeight != height else { return self }
    let kernel = ResampleKernel(from: height, to: newHeight)
    var resized = [UInt8](repeating: 0, count: width * newHeight)
    var sums = [Int32](repeating: 0, count: width)
    var position = 0
    for (y, range) in kernel.ranges.enumerated() {
      pixels.withUnsafeBufferPointer { pixels in
        sums.withUnsafeMutableBufferPointer { sums in
          sums.update(repeating: ResampleKernel.half)
          for row in range {
            let weight = kernel.weights[position]
            position += 1
            for x in 0..<width { sums[x] &+= Int32(pixels[row &* width &+ x]) &* weight }
          }
          for x in 0..<width { resized[y * width + x] = ResampleKernel.byte(sums[x]) }
        }
      }
    }
    return Plane(width: width, height: newHeight, pixels: resized)
  }

  /// The picture with each `factor` by `factor` pixels averaged into one; what is left over at the
  /// right and at the bottom is dropped.
  func reduced(by factor: Int) -> Plane {
    guard factor > 1 else { return self }
    let (columns, rows) = (min(factor, width), min(factor, height))
    let (newWidth, newHeight) = (width / columns, height / rows)
    let area = UInt32(columns * rows)
    var reduced = [UInt8](repeating: 0, count: newWidth * newHeight)
    var sums = [UInt32](repeating: 0, count: newWidth)
    pixels.withUnsafeBufferPointer { pixels in
      for y in 0..<newHeight {
        for x in sums.indices { sums[x] = area / 2 }
        for row in y * rows..<(y + 1) * rows {
          var position = row &* width
          for x in 0..<newWidth {
            var sum: UInt32 = 0
            for _ in 0..<columns {
              sum &+= UInt32(pixels[position])
              position &+= 1
            }
            sums[x] &+= sum
          }
        }
        for x in 0..<newWidth { reduced[y &* newWidth &+ x] = UInt8(sums[x] / area) }
      }
    }
    return Plane(width: newWidth, height: newHeight, pixels: reduced)
  }

  /// A part of the picture.
  func cropped(columns: Range<Int>, rows: Range<Int>) -> Plane {
    var cropped: [UInt8] = []
    cropped.reserveCapacity(columns.count * rows.count)
    for y in rows {
      cropped += pixels[y * width + columns.lowerBound..<y * width + columns.upperBound]
    }
    return Plane(width: columns.count, height: rows.count, pixels: cropped)
  }
}
