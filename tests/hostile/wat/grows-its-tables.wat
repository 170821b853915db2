;; Lets its tables grow by turns until they do not, and gives up.
(core module $module
  (memory (export "memory") 1)
  (table $a 0 funcref)
  (table $b 0 funcref)
  (func $grow
    (loop $again
      (br_if $again (i32.ne (table.grow $a (ref.null func) (i32.const 100)) (i32.const -1)))
      (br_if $again (i32.ne (table.grow $b (ref.null func) (i32.const 100)) (i32.const -1))))
    unreachable)
  (start $grow)
  ;; Everything is done, and nothing is said: a result and a description of zeros.
  (func (export "describe") (result i32) i32.const 64)
  (func (export "start") (result i32) i32.const 64)
  (func (export "stop") (result i32) i32.const 64)
)
(core instance $bad (instantiate $module))
