import Classification
import Imaging

/// Why a picture was not classified.
enum PredictionFailure: Error, Sendable, Hashable {
  /// As many pictures wait as may.
  case queueFull
  /// It took longer than a request may.
  case deadlineExceeded
  /// The caller has gone.
  case cancelled
  /// The service is stopping.
  case shuttingDown
  /// The bytes are not a usable picture.
  case picture(ImagingError)
  /// The engine failed.
  case engine(InferenceError)
}
