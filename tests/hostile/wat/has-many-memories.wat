;; Has four memories, none of which is larger than it may be.
(core module $module
  (memory (export "memory") 160)
  (memory 160)
  (memory 160)
  (memory 160)
  ;; Everything is done, and nothing is said: a result and a description of zeros.
  (func (export "describe") (result i32) i32.const 64)
  (func (export "start") (result i32) i32.const 64)
  (func (export "stop") (result i32) i32.const 64)
)
(core instance $bad (instantiate $module))
