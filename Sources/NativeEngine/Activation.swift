/// Where the values between two layers lie: rows of pixels of channels, in a frame of zeros.
struct Activation {
  let height: Int
  let width: Int
  let channels: Int
  /// Rows and columns of zeros around, which are what a convolution pads with.
  var border = 0
  /// Whether each picture of a group has its own; otherwise one is used for one after the other.
  var isGrouped = false
  /// Where it begins in a workspace.
  var start = 0

  /// Values from row to row.
  var rowStride: Int { (width + 2 * border) * channels }
  /// Values of one picture, with the frame.
  var size: Int { (height + 2 * border) * rowStride }
  /// From the first value of the frame to the first of the picture.
  var origin: Int { border * (rowStride + channels) }
}
