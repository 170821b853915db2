;; Has a table of ten million places.
(core module $module
  (memory (export "memory") 1)
  (table 10000000 funcref)
  ;; Everything is done, and nothing is said: a result and a description of zeros.
  (func (export "describe") (result i32) i32.const 64)
  (func (export "start") (result i32) i32.const 64)
  (func (export "stop") (result i32) i32.const 64)
)
(core instance $bad (instantiate $module))
