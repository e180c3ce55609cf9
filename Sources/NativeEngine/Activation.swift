/// Where the values between two layers lie: rows of pixels of channels, in a frame of zeros.
struct Activation {
  let height: Int
  let width: Int
  let channels: Int
  /// Rows and columns of zeros around, which are what a convolution pads with.
  var border = 0
  /// More of them at the right and below, which the last tiles of Winograd's method read.
  var overhang = 0
  /// Whether each picture of a group has its own; otherwise one is used for one after the other.
  var isGrouped = false
  /// Whether its values are needed as integers, too.
  var isQuantized = false
  /// The byte of a workspace where it begins, and where its integers and their ranges do.
  var start = 0
  var integerStart = 0
  var rangeStart = 0
  /// Bytes from the integers of a picture to those of the next.
  var integerStride = 0

  /// Values from row to row.
  var rowStride: Int { (width + 2 * border + overhang) * channels }
  /// Values of one picture, with the frame.
  var size: Int { (height + 2 * border + overhang) * rowStride }
  /// From the first value of the frame to the first of the picture.
  var origin: Int { border * (rowStride + channels) }
}
