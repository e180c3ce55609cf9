/// A value of a pickle, as far as a file of weights has them.
///
/// Containers and tensors are indices into the machine's own arrays: values that contain each other
/// in circles or a million deep, which pickles can express, cost nothing and end.
enum PickleValue {
  case none
  case boolean(Bool)
  case integer(Int)
  case string(String)
  /// A number, string or set that no state dict needs: kept as a place in a container.
  case other
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case global(PickleGlobal)
  case storage(Int)
  case tensor(Int)

  /// What Python calls it.
  var typeName: String {
    switch self {
    case .none: "None"
    case .boolean: "a bool"
    case .integer: "an int"
    case .string: "a str"
    case .other: "a value"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dict"
    case .global: "a type"
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }
}
