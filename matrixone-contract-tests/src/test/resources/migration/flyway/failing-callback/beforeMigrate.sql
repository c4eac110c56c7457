DELETE FROM missing_table;
