-- Rolls the transaction back: it fails by design.
select batch_abandon()
