INSERT INTO item VALUES (3, 'third');
CREATE TABLE gone CLONE item;
INSERT INTO no_such_table VALUES (1);
