/// A picture of one byte a pixel, row by row.
struct Plane {
  let width: Int
  let height: Int
  var pixels: [UInt8]

  /// The picture in another size: the rows and then the columns, or the other way about, rounded
  /// to bytes in between.
  ///
  /// Which comes first changes bits. The columns do when the height shrinks by more than twice as
  /// many pixels as the width, as in Pillow from version 13.
  func resized(width newWidth: Int, height newHeight: Int, filter: ResampleFilter) -> Plane {
    height > newHeight && height - newHeight > 2 * (width - newWidth)
      ? withColumnsResized(to: newHeight, filter: filter).withRowsResized(to: newWidth, filter: filter)
      : withRowsResized(to: newWidth, filter: filter).withColumnsResized(to: newHeight, filter: filter)
  }

  private func withRowsResized(to newWidth: Int, filter: ResampleFilter) -> Plane {
    guard newWidth != width else { return self }
    let kernel = ResampleKernel(from: width, to: newWidth, filter: filter)
    var resized = [UInt8](repeating: 0, count: newWidth * height)
    pixels.withUnsafeBufferPointer { pixels in
      kernel.weights.withUnsafeBufferPointer { weights in
        resized.withUnsafeMutableBufferPointer { resized in
          for y in 0..<height {
            var position = 0
            for (x, range) in kernel.ranges.enumerated() {
              let start = y &* width &+ range.lowerBound
              var sum = ResampleKernel.half
              for offset in 0..<range.count {
                sum &+= Int32(pixels[start &+ offset]) &* weights[position &+ offset]
              }
              position &+= range.count
              resized[y &* newWidth &+ x] = ResampleKernel.byte(sum)
            }
          }
        }
      }
    }
    return Plane(width: newWidth, height: height, pixels: resized)
  }

  private func withColumnsResized(to newHeight: Int, filter: ResampleFilter) -> Plane {
    guard newHeight != height else { return self }
    let kernel = ResampleKernel(from: height, to: newHeight, filter: filter)
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
}
