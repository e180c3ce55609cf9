import Glibc

/// A learning rate that rises to its peak over the first part of a run and falls to almost nothing
/// over the rest, both along a cosine.
///
/// Source: Smith, Topin, *Super-Convergence: Very Fast Training of Neural Networks Using Large
/// Learning Rates*, 2018.
struct OneCycleSchedule {
  let peak: Double
  let totalSteps: Int

  private static let riseShare = 0.3
  private static let firstShare = 1.0 / 25
  private static let lastShare = 1e-4

  /// The learning rate of a step, counted from 0.
  func rate(at step: Int) -> Double {
    let rise = Self.riseShare * Double(totalSteps)
    let position = Double(step)
    if position < rise {
      return interpolate(from: peak * Self.firstShare, to: peak, at: position / rise)
    }
    let fall = max(Double(totalSteps) - 1 - rise, 1)
    return interpolate(from: peak, to: peak * Self.lastShare, at: min((position - rise) / fall, 1))
  }

  private func interpolate(from start: Double, to end: Double, at share: Double) -> Double {
    end + (start - end) * (1 + cos(.pi * share)) / 2
  }
}
